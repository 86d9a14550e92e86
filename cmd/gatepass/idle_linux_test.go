package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// idleFor is how long the viewer is left alone while its time is measured.
const idleFor = time.Minute

// BenchmarkIdleViewer leaves the real program alone, in a real terminal with forty
// codes on its screen, and says how much of a core it takes: it is made to be left
// open. Run it with -benchtime 1x.
func BenchmarkIdleViewer(b *testing.B) {
	w := newWorld(b)
	var links strings.Builder
	for i := range 40 {
		fmt.Fprintf(&links, "otpauth://totp/App:scan-%02d?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3T%s&issuer=App\n", i, string("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[i%32])+strings.Repeat("A", i/32)+strings.Repeat("B", 3-i/32))
	}
	list := filepath.Join(w.dir, "list.txt")
	if err := os.WriteFile(list, []byte(links.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	w.must("", "import", list, "--yes")
	for name, keys := range map[string]string{"list": "", "shown": "a", "big": "b"} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				b.ReportMetric(100*idle(b, w, keys), "%core")
			}
			b.ReportMetric(0, "ns/op") // it is as long as it was left alone
		})
	}
}

// idle is the part of a core that the viewer takes after these keys.
func idle(b *testing.B, w *world, keys string) float64 {
	b.Helper()
	cmd := w.command("codes")
	cmd.Env = append(cmd.Env, "TERM=screen-256color", "NO_COLOR=")
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 120, Rows: 40})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = terminal.Close()
	}()
	go func() { _, _ = io.Copy(io.Discard, terminal) }()
	settle := time.NewTimer(3 * time.Second) // until the seeds are read
	<-settle.C
	if _, err := terminal.WriteString(keys); err != nil {
		b.Fatal(err)
	}
	settle.Reset(time.Second)
	<-settle.C
	before, began := cpuTime(b, cmd.Process.Pid), time.Now()
	span := time.NewTimer(idleFor)
	<-span.C
	return float64(cpuTime(b, cmd.Process.Pid)-before) / float64(time.Since(began))
}

// ticks is how finely Linux counts a process's time for others to see: USER_HZ.
const ticks = 100

// cpuTime is what a process has used of processors, in user and kernel.
func cpuTime(b *testing.B, pid int) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	var sum int
	for _, f := range fields[11:13] { // utime and stime, counted from the state
		n, err := strconv.Atoi(f)
		if err != nil {
			b.Fatal(err)
		}
		sum += n
	}
	return time.Duration(sum) * time.Second / ticks
}
