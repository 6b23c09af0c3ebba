package geo

import "math"

// radius is the Earth's, in metres, as Redis has it.
const radius = 6372797.560856

// degree is one in radians: π/180, rounded as C does it.
const degree = 0.017453292519943295

func radians(degrees float64) float64 { return degrees * degree }
func degrees(radians float64) float64 { return radians / degree }

// alongMeridian is the distance of two latitudes, in metres.
func alongMeridian(a, b float64) float64 {
	return radius * math.Abs(float64(radians(b))-float64(radians(a)))
}

// Distance is the way between two positions along a great circle, in metres, by the haversine formula. It is not a number for
// some that are opposite each other.
func Distance(a, b Point) float64 {
	v := sin((float64(radians(b.Longitude)) - float64(radians(a.Longitude))) / 2)
	if v == 0 {
		return alongMeridian(a.Latitude, b.Latitude)
	}
	lat1, lat2 := float64(radians(a.Latitude)), float64(radians(b.Latitude))
	u := sin((lat2 - lat1) / 2)
	h := float64(u*u) + float64(float64(cos(lat1)*cos(lat2))*v*v)
	return 2 * radius * asin(math.Sqrt(h))
}
