package goredis

import (
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// sicily makes g the positions of three places, of which Rome is far from the others.
func sicily(t *testing.T, e *env) {
	t.Helper()
	want(t, 3, e.rdb.GeoAdd(ctx, "g",
		&redis.GeoLocation{Name: "Palermo", Longitude: 13.361389, Latitude: 38.115556},
		&redis.GeoLocation{Name: "Catania", Longitude: 15.087269, Latitude: 37.502669},
		&redis.GeoLocation{Name: "Rome", Longitude: 12.4963655, Latitude: 41.9027835}))
	want(t, "OK", e.rdb.Set(ctx, "s", "v", 0))
}

const errNoMember = "ERR could not decode requested zset member"

var (
	palermo = redis.GeoLocation{Name: "Palermo", Longitude: 13.36138933897018433, Latitude: 38.11555639549629859, GeoHash: 3479099956230698}
	catania = redis.GeoLocation{Name: "Catania", Longitude: 15.08726745843887329, Latitude: 37.50266842333162032, GeoHash: 3479447370796909}
)

// away is a place with a distance.
func away(l redis.GeoLocation, distance float64) redis.GeoLocation {
	l.Dist = distance
	return l
}

var geoTable = table{
	"geoadd": func(t *testing.T, e *env) {
		sicily(t, e)
		want(t, 0, e.rdb.GeoAdd(ctx, "g", &redis.GeoLocation{Name: "Rome", Longitude: 12.5, Latitude: 41.9}))
		want[any](t, int64(1), e.do("geoadd", "g", "xx", "ch", 12, 41, "Rome", 1, 2, "new"))
		refused(t, "ERR invalid longitude,latitude pair 181.000000,0.000000", e.rdb.GeoAdd(ctx, "g", &redis.GeoLocation{Name: "x", Longitude: 181}))
		refused(t, errWrongType, e.rdb.GeoAdd(ctx, "s", &redis.GeoLocation{Name: "x"}))
	},
	"geodist": func(t *testing.T, e *env) {
		sicily(t, e)
		want(t, 166274.1516, e.rdb.GeoDist(ctx, "g", "Palermo", "Catania", "m"))
		want(t, 103.3182, e.rdb.GeoDist(ctx, "g", "Palermo", "Catania", "mi"))
		require.Equal(t, redis.Nil, e.rdb.GeoDist(ctx, "g", "Palermo", "none", "m").Err())
	},
	"geohash": func(t *testing.T, e *env) {
		sicily(t, e)
		want(t, []string{"sqc8b49rny0", "", "sqdtr74hyu0"}, e.rdb.GeoHash(ctx, "g", "Palermo", "none", "Catania"))
	},
	"geopos": func(t *testing.T, e *env) {
		sicily(t, e)
		want(t, []*redis.GeoPos{{Longitude: palermo.Longitude, Latitude: palermo.Latitude}, nil}, e.rdb.GeoPos(ctx, "g", "Palermo", "none"))
	},
	"geosearch": func(t *testing.T, e *env) {
		sicily(t, e)
		want(t, []string{"Catania", "Palermo"}, e.rdb.GeoSearch(ctx, "g", &redis.GeoSearchQuery{Longitude: 15, Latitude: 37, Radius: 200, RadiusUnit: "km", Sort: "ASC"}))
		want(t, []redis.GeoLocation{away(palermo, 0), away(catania, 166.2742)}, e.rdb.GeoSearchLocation(ctx, "g", &redis.GeoSearchLocationQuery{
			GeoSearchQuery: redis.GeoSearchQuery{Member: "Palermo", BoxWidth: 400, BoxHeight: 400, BoxUnit: "km", Sort: "ASC"},
			WithDist:       true, WithCoord: true, WithHash: true}))
		refused(t, errNoMember, e.rdb.GeoSearch(ctx, "g", &redis.GeoSearchQuery{Member: "none", Radius: 1}))
	},
	"geosearchstore": func(t *testing.T, e *env) {
		sicily(t, e)
		q := &redis.GeoSearchStoreQuery{GeoSearchQuery: redis.GeoSearchQuery{Member: "Rome", Radius: 600, RadiusUnit: "km", Count: 2}, StoreDist: true}
		want(t, 2, e.rdb.GeoSearchStore(ctx, "g", "d", q))
		want(t, []string{"Rome", "Palermo"}, e.rdb.ZRange(ctx, "d", 0, -1))
		refused(t, errNoMember, e.rdb.GeoSearchStore(ctx, "d", "d", &redis.GeoSearchStoreQuery{GeoSearchQuery: redis.GeoSearchQuery{Member: "none", Radius: 1}}))
	},
	"georadius": func(t *testing.T, e *env) {
		sicily(t, e)
		want(t, 2, e.rdb.GeoRadiusStore(ctx, "g", 15, 37, &redis.GeoRadiusQuery{Radius: 200, Store: "d"}))
		want(t, float64(catania.GeoHash), e.rdb.ZScore(ctx, "d", "Catania"))
	},
	"georadius_ro": func(t *testing.T, e *env) {
		sicily(t, e)
		want[any](t, []any{[]any{"Catania", catania.GeoHash}}, e.do("georadius_ro", "g", 15, 37, 600, "km", "WITHHASH", "COUNT", 1))
	},
	"georadiusbymember": func(t *testing.T, e *env) {
		sicily(t, e)
		want(t, 2, e.rdb.GeoRadiusByMemberStore(ctx, "g", "Palermo", &redis.GeoRadiusQuery{Radius: 200, StoreDist: "d"}))
		want(t, 0.0, e.rdb.ZScore(ctx, "d", "Palermo"))
	},
	"georadiusbymember_ro": func(t *testing.T, e *env) {
		sicily(t, e)
		want[any](t, []any{[]any{"Palermo", "0.0000"}, []any{"Catania", "166.2742"}}, e.do("georadiusbymember_ro", "g", "Palermo", 200, "km", "WITHDIST", "ASC"))
		refused(t, errNoMember, e.do("georadiusbymember_ro", "g", "none", 200, "km"))
	},
}
