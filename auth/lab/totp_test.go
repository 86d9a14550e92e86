package lab

import (
	"crypto/sha512"
	"slices"
	"strconv"
	"testing"
	"time"
)

const rfcSeed = "1234567890123456789012345678901234567890123456789012345678901234"

// RFC 6238 appendix B.
func TestCodesAreThoseOfTheRFC(t *testing.T) {
	sha1 := factor{hashSHA1, 8, 30 * time.Second, []byte(rfcSeed[:20])}
	sha256 := factor{hashSHA256, 8, 30 * time.Second, []byte(rfcSeed[:32])}
	sha512 := factor{hashing{"SHA512", sha512.New, 64}, 8, 30 * time.Second, []byte(rfcSeed)}
	for _, v := range []struct {
		at   int64
		want [3]string
	}{
		{59, [3]string{"94287082", "46119246", "90693936"}},
		{1111111109, [3]string{"07081804", "68084774", "25091201"}},
		{1111111111, [3]string{"14050471", "67062674", "99943326"}},
		{1234567890, [3]string{"89005924", "91819424", "93441116"}},
		{2000000000, [3]string{"69279037", "90698825", "38618901"}},
		{20000000000, [3]string{"65353130", "77737706", "47863826"}},
	} {
		at := time.Unix(v.at, 0)
		for i, f := range []factor{sha1, sha256, sha512} {
			if got := f.code(f.step(at)); got != v.want[i] {
				t.Errorf("%s at %d: %s, want %s", f.hash.name, v.at, got, v.want[i])
			}
		}
	}
}

// RFC 4226 appendix D: the same computation over a plain counter.
func TestCodesOfCountersAreThoseOfTheRFC(t *testing.T) {
	f := factor{hashSHA1, 6, 30 * time.Second, []byte(rfcSeed[:20])}
	for counter, want := range []string{
		"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
	} {
		if got := f.code(int64(counter)); got != want {
			t.Errorf("counter %d: %s, want %s", counter, got, want)
		}
	}
}

func TestStepsAreCountedFromTheEpoch(t *testing.T) {
	f := factor{period: 30 * time.Second}
	for at, want := range map[int64]int64{-31: -2, -30: -1, -1: -1, 0: 0, 29: 0, 30: 1, 59: 1, 60: 2} {
		if got := f.step(time.Unix(at, 0)); got != want {
			t.Errorf("second %d is in step %d, want %d", at, got, want)
		}
	}
}

func TestACodeOfTheNeighbouringStepsMatches(t *testing.T) {
	f := factor{hashSHA1, 6, 30 * time.Second, []byte(rfcSeed[:20])}
	at := time.Unix(3000, 0)
	for step := int64(97); step <= 103; step++ {
		t.Run(strconv.FormatInt(step, 10), func(t *testing.T) {
			matches := slices.Contains(f.matches(f.code(step), at), step)
			if want := step >= 99 && step <= 101; matches != want {
				t.Errorf("code of step %d in step 100 matches: %v, want %v", step, matches, want)
			}
		})
	}
}

func TestNothingButTheWholeCodeMatches(t *testing.T) {
	f := factor{hashSHA1, 6, 30 * time.Second, []byte(rfcSeed[:20])}
	at := time.Unix(3000, 0)
	code := f.code(100)
	for _, wrong := range []string{"", code[:5], code + "0", " " + code, code[1:] + "x"} {
		if got := f.matches(wrong, at); got != nil {
			t.Errorf("%q matches %v", wrong, got)
		}
	}
}
