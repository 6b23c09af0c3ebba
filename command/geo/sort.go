package geo

import (
	"cmp"
	"math/bits"
	"slices"
)

// order is how a result is sorted.
type order uint8

const (
	unsorted order = iota
	ascending
	descending
)

func (o order) compare(a, b *place) int {
	if o == descending {
		a, b = b, a
	}
	return cmp.Compare(a.distance, b.distance)
}

// sort sorts places by their distances, as far as the first keep of them; of the others it only finds out that they are not
// among these.
//
// Places at the same distance, which those at the same position are, come in the order that Redis puts them in: the one in
// which they were found when all are kept, else one that follows from the steps of its quicksort.
func (o order) sort(places []place, keep int) {
	if keep == len(places) {
		slices.SortStableFunc(places, func(a, b place) int { return o.compare(&a, &b) })
		return
	}
	o.sortFirst(places, keep, 4*bits.Len(uint(len(places))))
}

// smallSort is the length from which on places are partitioned.
const smallSort = 7

// sortFirst is the quicksort of Bentley and McIlroy's "Engineering a Sort Function", which leaves parts alone that begin
// behind the first keep places. Where it is led to take long, by places that were chosen for that, another sort takes over
// when the depth is used up.
func (o order) sortFirst(places []place, keep, depth int) {
	for ; keep > 0; depth-- {
		if len(places) < smallSort {
			o.insertionSort(places)
			return
		}
		if depth == 0 {
			slices.SortStableFunc(places, func(a, b place) int { return o.compare(&a, &b) })
			return
		}
		less, greater := o.partition(places)
		o.sortFirst(places[:less], keep, depth-1)
		behind := len(places) - greater
		places, keep = places[behind:], keep-behind
	}
}

func (o order) insertionSort(places []place) {
	for i := range places {
		for j := i; j > 0 && o.compare(&places[j-1], &places[j]) > 0; j-- {
			places[j-1], places[j] = places[j], places[j-1]
		}
	}
}

// partition chooses a place and puts those before it first and those behind it last; it returns how many these are.
//
// Meanwhile places that are equal to the chosen one, which is the first, gather at both ends:
//
//	equal | before | not seen yet | behind | equal
//	0      left     i            j          right  len
func (o order) partition(p []place) (less, greater int) {
	chosen := o.choose(p)
	p[0], p[chosen] = p[chosen], p[0]
	left, right := 1, len(p)
	i, j := 1, len(p)
	for {
		for ; i < j; i++ {
			c := o.compare(&p[i], &p[0])
			if c > 0 {
				break
			}
			if c == 0 {
				p[left], p[i] = p[i], p[left]
				left++
			}
		}
		for ; i < j; j-- {
			c := o.compare(&p[j-1], &p[0])
			if c < 0 {
				break
			}
			if c == 0 {
				right--
				p[j-1], p[right] = p[right], p[j-1]
			}
		}
		if i >= j {
			break
		}
		j--
		p[i], p[j] = p[j], p[i]
		i++
	}
	less, greater = i-left, right-i
	exchange(p[:i], min(left, less))
	exchange(p[i:], min(greater, len(p)-right))
	return less, greater
}

// exchange exchanges the first n places and the last n.
func exchange(p []place, n int) {
	for i := range n {
		k := len(p) - n + i
		p[i], p[k] = p[k], p[i]
	}
}

// choose is the middle one of three places, or of nine when there are many.
func (o order) choose(p []place) int {
	n := len(p)
	first, middle, last := 0, n/2, n-1
	if n == smallSort {
		return middle
	}
	if n > 40 {
		d := n / 8
		first = o.median(p, first, first+d, first+2*d)
		middle = o.median(p, middle-d, middle, middle+d)
		last = o.median(p, last-2*d, last-d, last)
	}
	return o.median(p, first, middle, last)
}

func (o order) median(p []place, a, b, c int) int {
	if o.compare(&p[a], &p[b]) < 0 {
		switch {
		case o.compare(&p[b], &p[c]) < 0:
			return b
		case o.compare(&p[a], &p[c]) < 0:
			return c
		}
		return a
	}
	switch {
	case o.compare(&p[b], &p[c]) > 0:
		return b
	case o.compare(&p[a], &p[c]) < 0:
		return a
	}
	return c
}
