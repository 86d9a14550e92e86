package broker

import (
	"io"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"time"
)

// BenchmarkLoad sends a thousand requests a second for ten seconds, far more than are
// let through, and reports how much the heap has grown by the end.
func BenchmarkLoad(b *testing.B) {
	url, _ := start(b, Options{Codes: &steps{until: 1 << 40}, Tell: func(Asked) {}})
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32, MaxConnsPerHost: 32}}
	defer client.CloseIdleConnections()
	send := func() int {
		r, err := http.NewRequest(http.MethodGet, url+"/code", nil)
		if err != nil {
			return 0
		}
		r.Header.Set("Authorization", "Bearer "+token)
		res, err := client.Do(r)
		if err != nil {
			return 0
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		return res.StatusCode
	}
	for b.Loop() {
		before := heap()
		const perSecond, seconds = 1000, 10
		var mu sync.Mutex
		answers := map[int]int{}
		var all sync.WaitGroup
		tick := time.NewTicker(10 * time.Millisecond)
		for range seconds * 100 {
			<-tick.C
			for range perSecond / 100 {
				all.Add(1)
				go func() {
					defer all.Done()
					status := send()
					mu.Lock()
					answers[status]++
					mu.Unlock()
				}()
			}
		}
		all.Wait()
		tick.Stop()
		b.ReportMetric(float64(heap()-before)/1024, "KiB-grown")
		b.ReportMetric(float64(answers[200]), "given")
		b.ReportMetric(float64(answers[429]), "sent-away")
		b.ReportMetric(float64(answers[0]), "broken")
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
