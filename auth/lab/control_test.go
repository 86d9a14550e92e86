package lab

import (
	"cmp"
	"encoding/json"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ask sends one request to the control origin.
func ask(t *testing.T, method, address string, change func(*http.Request)) *browser {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(req)
	}
	return newBrowser(t).do(req)
}

func answer[T any](t *testing.T, b *browser) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(b.text), &v); err != nil {
		t.Fatalf("%s answers %q: %v", b.at, b.text, err)
	}
	return v
}

// What is told of the control origin is what it answers to, and all of it.
func TestTheControlsAreTold(t *testing.T) {
	var served, told []string
	for _, file := range []string{"control.go", "duo_control.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(?:(GET|POST) )?(/[a-z/]*)(?:\{\$\})?"[,:]`).FindAllStringSubmatch(string(source), -1) {
			served = append(served, cmp.Or(m[1], "POST")+" "+m[2])
		}
	}
	l, _ := start(t, Options{})
	for _, c := range Controls() {
		told = append(told, c.Method+" "+c.Path)
		got := ask(t, c.Method, l.Describe().Control+c.Path, nil).status
		if got == http.StatusNotFound || got == http.StatusMethodNotAllowed {
			t.Errorf("%s %s is answered with %d", c.Method, c.Path, got)
		}
		if !strings.HasSuffix(c.What, ".") {
			t.Errorf("%q is no sentence", c.What)
		}
	}
	slices.Sort(served)
	slices.Sort(told)
	if !slices.Equal(served, told) {
		t.Errorf("served are\n%s\nand told\n%s", strings.Join(served, "\n"), strings.Join(told, "\n"))
	}
}

func TestSwitchesAreTurnedOverHTTP(t *testing.T) {
	l, c := start(t, Options{})
	control := l.Describe().Control
	a := describe(t, l, "shop")
	ask(t, http.MethodPost, control+"/switch?app=shop&name=no-mfa&on=1", nil).expectStatus(http.StatusOK)
	positions := answer[map[string]map[string]bool](t, ask(t, http.MethodGet, control+"/switches", nil))
	if !positions["shop"][SwitchNoMFA] || positions["shop"][SwitchSlow] || !positions["payroll"][SwitchClockAhead] {
		t.Errorf("the switches are %v", positions)
	}
	newBrowser(t).givePassword(a, a.Username, a.Password).expectInside(a)

	ask(t, http.MethodPost, control+"/switch?app=shop&name=no-mfa&on=0", nil).expectStatus(http.StatusOK)
	newBrowser(t).signIn(a, c.now()).expectInside(a)
	accepted := answer[struct {
		App     string  `json:"app"`
		SignIns int     `json:"sign_ins"`
		Steps   []int64 `json:"steps"`
	}](t, ask(t, http.MethodGet, control+"/accepted?app=shop", nil))
	if accepted.App != "shop" || accepted.SignIns != 2 || !reflect.DeepEqual(accepted.Steps, l.Accepted("shop")) {
		t.Errorf("accepted: %+v, want the steps %v", accepted, l.Accepted("shop"))
	}
}

func TestAnAccountIsUnlockedOverHTTP(t *testing.T) {
	l, c := start(t, Options{Attempts: 1})
	a := describe(t, l, "shop")
	newBrowser(t).givePassword(a, a.Username, "wrong").expectAlert(saysLocked)
	ask(t, http.MethodPost, l.Describe().Control+"/reset?app=shop", nil).expectStatus(http.StatusNoContent)
	newBrowser(t).signIn(a, c.now()).expectInside(a)
}

func TestControlTellsWhatDescribeTells(t *testing.T) {
	l, _ := start(t, Options{})
	got := answer[Description](t, ask(t, http.MethodGet, l.Describe().Control+"/", nil))
	if !reflect.DeepEqual(got, l.Describe()) {
		t.Errorf("control says %+v", got)
	}
}

func TestTheOutsideRecordIsReadOverHTTP(t *testing.T) {
	l, _ := start(t, Options{})
	d := l.Describe()
	if got := answer[[]Seen](t, ask(t, http.MethodGet, d.Control+"/outside", nil)); got == nil || len(got) != 0 {
		t.Errorf("before any request the record is %v", got)
	}
	ask(t, http.MethodPut, d.Outside+"/steal?p=1", func(r *http.Request) {
		r.Header.Set("X-Loot", "gold")
		r.Body = http.NoBody
	}).expectStatus(http.StatusOK)
	got := answer[[]Seen](t, ask(t, http.MethodGet, d.Control+"/outside", nil))
	if len(got) != 1 || got[0].Method != http.MethodPut || got[0].Path != "/steal?p=1" || got[0].Headers.Get("X-Loot") != "gold" {
		t.Errorf("the record is %+v", got)
	}
}

func TestControlRefusesNonsense(t *testing.T) {
	l, _ := start(t, Options{})
	control := l.Describe().Control
	for address, want := range map[string]string{
		"/switch?app=shop&name=slow":          "on=1",
		"/switch?app=shop&name=slow&on=maybe": "on=1",
		"/switch?app=nope&name=slow&on=1":     "shop, intranet",
		"/switch?app=shop&name=nope&on=1":     "clock-ahead",
		"/reset?app=nope":                     "shop, intranet",
	} {
		b := ask(t, http.MethodPost, control+address, nil)
		b.expectStatus(http.StatusBadRequest)
		if hint := answer[map[string]string](t, b)["hint"]; !strings.Contains(hint, want) {
			t.Errorf("%s: the hint is %q", address, hint)
		}
	}
	ask(t, http.MethodGet, control+"/accepted?app=nope", nil).expectStatus(http.StatusBadRequest)
	ask(t, http.MethodGet, control+"/switch?app=shop&name=slow&on=1", nil).expectStatus(http.StatusMethodNotAllowed)
	ask(t, http.MethodGet, control+"/nothing", nil).expectStatus(http.StatusNotFound)
}

// The attack: a web page lets its own name point to loopback and so reads and
// writes here as if it were at home.
func TestControlAnswersToItsOwnNameOnly(t *testing.T) {
	l, _ := start(t, Options{})
	control := l.Describe().Control
	host := strings.TrimPrefix(control, "http://")
	_, port, _ := strings.Cut(host, ":")
	for name, want := range map[string]int{
		host: http.StatusOK, "localhost:" + port: http.StatusOK,
		"evil.example:" + port: http.StatusMisdirectedRequest, "evil.example": http.StatusMisdirectedRequest,
		"127.0.0.1": http.StatusMisdirectedRequest, "127.0.0.1:1": http.StatusMisdirectedRequest,
	} {
		ask(t, http.MethodGet, control+"/", func(r *http.Request) { r.Host = name }).expectStatus(want)
	}
}

// The attack: a web page sends a form to the control origin blindly.
func TestControlIsNotTurnedByOtherPages(t *testing.T) {
	l, c := start(t, Options{})
	a := describe(t, l, "shop")
	for name, value := range map[string]string{"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"} {
		ask(t, http.MethodPost, l.Describe().Control+"/switch?app=shop&name=error-500&on=1", func(r *http.Request) {
			r.Header.Set(name, value)
		}).expectStatus(http.StatusForbidden)
	}
	newBrowser(t).signIn(a, c.now()).expectInside(a)
}
