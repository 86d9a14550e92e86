package lab

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

func TestTheOutsideForgetsTheOldestFirst(t *testing.T) {
	o := &outside{now: newClock().now}
	for i := range maxSeen + 10 {
		o.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/"+strconv.Itoa(i), nil))
	}
	seen := o.all()
	if len(seen) != maxSeen || seen[0].Path != "/10" || seen[maxSeen-1].Path != "/"+strconv.Itoa(maxSeen+9) {
		t.Errorf("%d requests are kept, from %s", len(seen), seen[0].Path)
	}
}

func TestTheOutsideCutsLongBodiesAndSaysSo(t *testing.T) {
	o := &outside{now: newClock().now}
	for _, size := range []int{maxBody, maxBody + 1} {
		body := strings.NewReader(strings.Repeat("x", size))
		o.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", body))
	}
	seen := o.all()
	if len(seen[0].Body) != maxBody || seen[0].Truncated {
		t.Errorf("a body that fits: %d bytes, truncated %v", len(seen[0].Body), seen[0].Truncated)
	}
	if len(seen[1].Body) != maxBody || !seen[1].Truncated {
		t.Errorf("a body too long: %d bytes, truncated %v", len(seen[1].Body), seen[1].Truncated)
	}
}
