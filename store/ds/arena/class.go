package arena

const (
	// MaxBlock is the largest block that lies in a chunk with others, in bytes.
	MaxBlock = chunkSize / 2
	// fineBlock is the largest block of the classes that are 8 bytes apart.
	fineBlock = 512
	// pageBlock is the first of the classes that are multiples of a page.
	pageBlock  = 2 * page
	page       = 4096
	maxClasses = 128
	// largeClass marks the chunk number of a block that is a mapping of its own.
	largeClass = 255
)

var (
	// classUnits is the size of a class's blocks in units.
	classUnits [maxClasses]uint16
	// classes is the class for a number of units.
	classes = makeClasses()
)

// classFor is the class for a block of size bytes, at most MaxBlock.
func classFor(size int) uint8 { return classes[(size+unit-1)/unit] }

// makeClasses fills both tables. Above fineBlock, a class is as large as it can be for the number of blocks that it
// puts in a chunk; above pageBlock it is whole pages, so that what a chunk has left behind its last block is never touched.
func makeClasses() (classes [MaxBlock/unit + 1]uint8) {
	class, units := uint8(0), 1
	add := func(upTo int) {
		for ; units <= upTo; units++ {
			classes[units] = class
		}
		classUnits[class] = uint16(upTo)
		class++
	}
	for upTo := 2; upTo <= fineBlock/unit; upTo++ {
		add(upTo)
	}
	for blocks := chunkSize / fineBlock; blocks > chunkSize/pageBlock; blocks-- {
		if next := chunkSize / unit / (blocks - 1); next*8 > (units-1)*9 {
			add(chunkSize / unit / blocks)
		}
	}
	for _, upTo := range []int{pageBlock, 3 * page, 4 * page, 5 * page, MaxBlock} {
		add(upTo / unit)
	}
	return classes
}
