// Package qr reads the QR codes in a picture and draws new ones.
//
// Reading is made for what people have: photos, screenshots with several codes,
// light codes on a dark page, codes that stand a little askew. github.com/
// makiuchi-d/gozxing, a port of ZXing, does the hard parts: black and white,
// perspective, error correction. The search for codes is our own, since gozxing's
// is bounded by nothing but the picture: three nested loops over whatever looks
// like a corner, which a hostile picture can have by the ten thousand. Ours has a
// fixed amount of work, and stops when the context does.
//
// A picture is measured from its header before any of it is decoded.
//
// A code usually holds a seed. So its text is a [store.Secret], and a [Matrix]
// cannot be printed by accident either.
package qr
