package command

// Categories are ACL categories, a bit each. Most follow from flags and group.
type Categories uint32

// The categories, in the order ACL CAT lists them.
const (
	CatKeyspace Categories = 1 << iota
	CatRead
	CatWrite
	CatSet
	CatSortedSet
	CatList
	CatHash
	CatString
	CatBitmap
	CatHyperLogLog
	CatGeo
	CatStream
	CatPubSub
	CatAdmin
	CatFast
	CatSlow
	CatBlocking
	CatDangerous
	CatConnection
	CatTransaction
	CatScripting
)

var categoryNames = [...]string{"keyspace", "read", "write", "set", "sortedset", "list", "hash", "string", "bitmap",
	"hyperloglog", "geo", "stream", "pubsub", "admin", "fast", "slow", "blocking", "dangerous", "connection", "transaction",
	"scripting"}

// Names lists the categories without their @.
func (c Categories) Names() []string {
	var names []string
	for i, n := range categoryNames {
		if c&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return names
}

// Category is the category of that name, 0 when there is none.
func Category(name string) Categories {
	for i, n := range categoryNames {
		if n == name {
			return 1 << i
		}
	}
	return 0
}

var groupCategory = map[Group]Categories{String: CatString, List: CatList, Set: CatSet, SortedSet: CatSortedSet,
	Hash: CatHash, Stream: CatStream, Connection: CatConnection, Transactions: CatTransaction,
	Scripting: CatScripting, Bitmap: CatBitmap, HyperLogLog: CatHyperLogLog, Geo: CatGeo}

// derive adds what follows from flags and group, by the rules of Redis.
func (c Categories) derive(f Flags, g Group) Categories {
	c |= groupCategory[g]
	add := func(flag Flags, cat Categories) {
		if f&flag != 0 {
			c |= cat
		}
	}
	add(Write, CatWrite)
	add(Admin, CatAdmin|CatDangerous)
	add(PubSubFlag, CatPubSub)
	add(Fast, CatFast)
	add(Blocking, CatBlocking)
	if f&ReadOnly != 0 && c&CatScripting == 0 {
		c |= CatRead
	}
	if f&Fast == 0 {
		c |= CatSlow
	}
	return c
}
