package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// cheap is a work factor for tests: a guess costs 5 ms.
const cheap = 10

const phrase = "correct horse battery staple"

// A keeper answers for the user and remembers what was asked.
type keeper struct {
	mu     sync.Mutex
	says   string
	err    error
	asked  []PassphrasePurpose
	during func()
}

func (k *keeper) ask(_ context.Context, p PassphrasePurpose) (Secret, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asked = append(k.asked, p)
	if k.during != nil {
		k.during()
	}
	return NewSecret(k.says), k.err
}

func optionsIn(dir string, ask *keeper) FileOptions {
	o := FileOptions{
		Path:         filepath.Join(dir, "secrets.age"),
		IdentityPath: filepath.Join(dir, "identity.age"),
		WorkFactor:   cheap,
	}
	if ask != nil {
		o.Passphrase = ask.ask
	}
	return o
}

// kept is a folder with a store in it that has one secret.
func kept(t testing.TB) (dir string) {
	t.Helper()
	dir = t.TempDir()
	f := OpenFile(optionsIn(dir, &keeper{says: phrase}))
	if err := f.Set(t.Context(), shopOTP, NewSecret(canary)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestTheFirstSetAsksForANewPassphraseOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "state")
	user := &keeper{says: phrase}
	f := OpenFile(optionsIn(dir, user))
	if _, err := f.Get(t.Context(), shopOTP); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get from no store = %v", err)
	}
	if err := f.Delete(t.Context(), shopOTP); err != nil {
		t.Errorf("Delete from no store = %v", err)
	}
	if len(user.asked) != 0 {
		t.Fatalf("an empty store asked for %q", user.asked)
	}
	for i := range 3 {
		if err := f.Set(t.Context(), Ref{Owner: fmt.Sprintf("t%d", i), Kind: KindPassword}, NewSecret("v")); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(user.asked, []PassphrasePurpose{PassphraseCreate}) {
		t.Errorf("asked for %q", user.asked)
	}
	wantMode(t, f.o.Path, 0o600)
	wantMode(t, f.o.IdentityPath, 0o600)
	wantMode(t, dir, 0o700)
	if f.Backend() != BackendFile {
		t.Errorf("Backend = %q", f.Backend())
	}
}

func TestAnotherProcessUnlocksWithThePassphrase(t *testing.T) {
	dir := kept(t)
	user := &keeper{says: phrase}
	f := OpenFile(optionsIn(dir, user))
	for range 3 {
		got, err := f.Get(t.Context(), shopOTP)
		if err != nil || got.Reveal() != canary {
			t.Fatalf("Get = %v", err)
		}
	}
	if !slices.Equal(user.asked, []PassphrasePurpose{PassphraseUnlock}) {
		t.Errorf("asked for %q", user.asked)
	}
}

func TestManyAtOnceAskOnce(t *testing.T) {
	dir := kept(t)
	user := &keeper{says: phrase}
	f := OpenFile(optionsIn(dir, user))
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := f.Get(t.Context(), shopOTP); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(user.asked) != 1 {
		t.Errorf("asked %d times", len(user.asked))
	}
}

func TestAWrongPassphrase(t *testing.T) {
	dir := kept(t)
	user := &keeper{says: "wrong horse"}
	f := OpenFile(optionsIn(dir, user))
	for op, err := range map[string]error{
		"Get":    func() error { _, err := f.Get(t.Context(), shopOTP); return err }(),
		"Set":    f.Set(t.Context(), shopOTP, NewSecret("new")),
		"Delete": f.Delete(t.Context(), shopOTP),
		"Unlock": f.Unlock(t.Context()),
	} {
		if !errors.Is(err, ErrPassphrase) || errors.Is(err, ErrDamaged) {
			t.Errorf("%s = %v, want ErrPassphrase", op, err)
		}
		if strings.Contains(err.Error(), "horse") || len(Hints(err)) == 0 {
			t.Errorf("%s = %v, hints %q", op, err, Hints(err))
		}
	}
	user.says = phrase
	if got, err := f.Get(t.Context(), shopOTP); err != nil || got.Reveal() != canary {
		t.Errorf("with the right one: %v", err)
	}
}

func TestNobodyToAsk(t *testing.T) {
	dir := kept(t)
	f := OpenFile(optionsIn(dir, nil))
	_, err := f.Get(t.Context(), shopOTP)
	if !errors.Is(err, ErrLocked) {
		t.Errorf("Get = %v, want ErrLocked", err)
	}
	wantHint(t, err, "GATEPASS_IDENTITY")
	fresh := OpenFile(optionsIn(t.TempDir(), nil))
	if err := fresh.Set(t.Context(), shopOTP, NewSecret("v")); !errors.Is(err, ErrLocked) {
		t.Errorf("Set = %v, want ErrLocked", err)
	}
	if got := files(t, filepath.Dir(fresh.o.Path)); len(got) != 0 {
		t.Errorf("it left %q", got)
	}
}

func TestTheUserDoesNotAnswer(t *testing.T) {
	dir := kept(t)
	gaveUp := errors.New("interrupted")
	f := OpenFile(optionsIn(dir, &keeper{err: gaveUp}))
	if _, err := f.Get(t.Context(), shopOTP); !errors.Is(err, gaveUp) {
		t.Errorf("Get = %v, want the prompt's error", err)
	}
	f = OpenFile(optionsIn(dir, &keeper{says: ""}))
	if _, err := f.Get(t.Context(), shopOTP); !errors.Is(err, ErrPassphrase) {
		t.Errorf("Get = %v, want ErrPassphrase", err)
	}
	empty := OpenFile(optionsIn(t.TempDir(), &keeper{says: ""}))
	if err := empty.Set(t.Context(), shopOTP, NewSecret("v")); !errors.Is(err, ErrPassphrase) {
		t.Errorf("Set with an empty new passphrase = %v", err)
	}
}

func TestAPromptThatIsOpenKeepsNobodyElse(t *testing.T) {
	for op, call := range map[string]func(context.Context, *File) error{
		"Get":    func(ctx context.Context, f *File) error { _, err := f.Get(ctx, shopOTP); return err },
		"Set":    func(ctx context.Context, f *File) error { return f.Set(ctx, shopOTP, NewSecret("new")) },
		"Delete": func(ctx context.Context, f *File) error { return f.Delete(ctx, shopOTP) },
	} {
		t.Run(op, func(t *testing.T) {
			dir := kept(t)
			open, release := make(chan struct{}), make(chan struct{})
			var once sync.Once
			f := OpenFile(optionsIn(dir, &keeper{says: phrase, during: func() { once.Do(func() { close(open) }); <-release }}))
			first := make(chan error, 1)
			go func() { first <- call(context.WithoutCancel(t.Context()), f) }()
			<-open
			ctx, cancel := context.WithTimeout(t.Context(), short)
			defer cancel()
			if _, err := f.Get(ctx, shopOTP); !errors.Is(err, ErrTimeout) {
				t.Errorf("Get behind an open prompt = %v, want ErrTimeout", err)
			}
			// While somebody types, another process can write.
			soon, stop := context.WithTimeout(t.Context(), 10*time.Second)
			defer stop()
			other := OpenFile(optionsIn(dir, &keeper{says: phrase}))
			if err := other.Set(soon, Ref{Owner: "other", Kind: KindPassword}, NewSecret("v")); err != nil {
				t.Errorf("another process: %v", err)
			}
			close(release)
			if err := <-first; err != nil {
				t.Error(err)
			}
		})
	}
}

// Here what is left after the cut is good JSON: only age knows that more was there.
func TestACutThatLeavesGoodJSONIsFound(t *testing.T) {
	f := seal(t, `{"version":1,"secrets":{}}`+strings.Repeat(" ", 100_000))
	if _, err := f.Get(t.Context(), shopOTP); !errors.Is(err, ErrNotFound) {
		t.Fatalf("whole: %v", err)
	}
	text, err := os.ReadFile(f.o.Path)
	if err != nil {
		t.Fatal(err)
	}
	mustWrite(t, f.o.Path, string(text[:len(text)-10_000]))
	if _, err := f.Get(t.Context(), shopOTP); !errors.Is(err, ErrDamaged) {
		t.Errorf("cut: %v, want ErrDamaged", err)
	}
}

func TestNeedsSaysWhatWillBeAsked(t *testing.T) {
	dir := t.TempDir()
	user := &keeper{says: phrase}
	f := OpenFile(optionsIn(dir, user))
	wantNeed := func(f *File, want PassphrasePurpose) {
		t.Helper()
		if got, err := f.Needs(t.Context()); err != nil || got != want {
			t.Errorf("Needs = %q, %v; want %q", got, err, want)
		}
	}
	wantNeed(f, PassphraseCreate)
	if err := f.Unlock(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantNeed(f, "")
	wantNeed(OpenFile(optionsIn(dir, user)), PassphraseUnlock)
	o := optionsIn(dir, user)
	o.Identity = filepath.Join(dir, "ci.key")
	if _, err := InitIdentityFile(o.Identity); err != nil {
		t.Fatal(err)
	}
	wantNeed(OpenFile(o), "")
	o.Identity = f.o.IdentityPath // closed with a passphrase
	wantNeed(OpenFile(o), PassphraseUnlock)
	if len(user.asked) != 1 {
		t.Errorf("Needs itself asked: %q", user.asked)
	}
}

func TestAnIdentityFileOpensWithoutQuestions(t *testing.T) {
	dir := t.TempDir()
	key := filepath.Join(dir, "ci.key")
	recipient, err := InitIdentityFile(key)
	if err != nil {
		t.Fatal(err)
	}
	wantMode(t, key, 0o600)
	text, err := os.ReadFile(key)
	if err != nil || !strings.HasPrefix(string(text), "# public key: "+recipient+"\nAGE-SECRET-KEY-1") || !strings.HasPrefix(recipient, "age1") {
		t.Errorf("the identity file is in another form than age-keygen's; recipient %s, %v", recipient, err)
	}
	o := optionsIn(dir, nil)
	o.Identity = key
	if err := OpenFile(o).Set(t.Context(), shopOTP, NewSecret(canary)); err != nil {
		t.Fatal(err)
	}
	if got, err := OpenFile(o).Get(t.Context(), shopOTP); err != nil || got.Reveal() != canary {
		t.Errorf("Get = %v", err)
	}
	if slices.Contains(files(t, dir), "identity.age") {
		t.Error("identity.age was made all the same")
	}
}

func TestAnIdentityIsNeverOverwritten(t *testing.T) {
	key := filepath.Join(t.TempDir(), "ci.key")
	mustWrite(t, key, "mine")
	if _, err := InitIdentityFile(key); !errors.Is(err, os.ErrExist) || len(Hints(err)) == 0 {
		t.Errorf("InitIdentityFile = %v", err)
	}
	wantText(t, key, "mine")
}

// writeIdentity writes an identity file by the age library alone.
func writeIdentity(t *testing.T, path string, wrap func(plain []byte) []byte) *age.X25519Identity {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	mustWrite(t, path, string(wrap([]byte("# mine\n\n"+id.String()+"\n"))))
	return id
}

// wrapped closes plain with the passphrase, in age's armor or not.
func wrapped(t *testing.T, plain []byte, inArmor bool) []byte {
	t.Helper()
	recipient, err := age.NewScryptRecipient(phrase)
	if err != nil {
		t.Fatal(err)
	}
	recipient.SetWorkFactor(cheap)
	var b bytes.Buffer
	var out io.Writer = &b
	var shell io.WriteCloser
	if inArmor {
		shell = armor.NewWriter(&b)
		out = shell
	}
	w, err := age.Encrypt(out, recipient)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Write(plain)
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	if shell != nil {
		if err := shell.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func TestAnIdentityFileMayItselfBeClosed(t *testing.T) {
	for name, inArmor := range map[string]bool{"binary": false, "armored": true} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			user := &keeper{says: phrase}
			o := optionsIn(dir, user)
			o.Identity = filepath.Join(dir, "ci.age")
			writeIdentity(t, o.Identity, func(plain []byte) []byte { return wrapped(t, plain, inArmor) })
			if err := OpenFile(o).Set(t.Context(), shopOTP, NewSecret(canary)); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(user.asked, []PassphrasePurpose{PassphraseUnlock}) {
				t.Errorf("asked for %q", user.asked)
			}
			user.says = "wrong"
			if _, err := OpenFile(o).Get(t.Context(), shopOTP); !errors.Is(err, ErrPassphrase) {
				t.Errorf("Get = %v", err)
			}
		})
	}
}

func TestAnIdentityThatDoesNotFit(t *testing.T) {
	dir := kept(t)
	o := optionsIn(dir, nil)
	o.Identity = filepath.Join(dir, "ci.key")
	if _, err := InitIdentityFile(o.Identity); err != nil {
		t.Fatal(err)
	}
	f := OpenFile(o)
	_, err := f.Get(t.Context(), shopOTP)
	if !errors.Is(err, ErrPassphrase) {
		t.Errorf("Get = %v, want ErrPassphrase", err)
	}
	wantHint(t, err, "GATEPASS_IDENTITY")
	if err := f.Set(t.Context(), shopOTP, NewSecret("new")); !errors.Is(err, ErrPassphrase) {
		t.Errorf("Set = %v: it would have replaced what cannot be read", err)
	}
	if got, err := OpenFile(optionsIn(dir, &keeper{says: phrase})).Get(t.Context(), shopOTP); err != nil || got.Reveal() != canary {
		t.Errorf("what was kept is gone: %v", err)
	}
}

func TestABadIdentityFileIsNotRepeated(t *testing.T) {
	const key = "AGE-SECRET-KEY-1QQQQ-hunter2-QQQQ"
	dir := t.TempDir()
	path := filepath.Join(dir, "ci.key")
	for name, c := range map[string]struct {
		identity, text string
		want           error
	}{
		"not an identity":     {path, "hunter2\n", ErrDamaged},
		"a broken identity":   {path, key + "\n", ErrDamaged},
		"nothing":             {path, "", ErrDamaged},
		"only comments":       {path, "# hunter2\n", ErrDamaged},
		"a plugin's":          {path, "AGE-PLUGIN-HUNTER2-1QQQQ\n", ErrDamaged},
		"a broken age file":   {path, "age-encryption.org/v1\n-> hunter2\n", ErrDamaged},
		"a broken armor":      {path, armor.Header + "\nhunter2\n", ErrDamaged},
		"not there":           {filepath.Join(dir, "missing"), "", ErrLocked},
		"the identity itself": {key, "", ErrLocked},
	} {
		t.Run(name, func(t *testing.T) {
			if c.identity == path {
				mustWrite(t, path, c.text)
			}
			o := optionsIn(t.TempDir(), &keeper{says: phrase})
			o.Identity = c.identity
			err := OpenFile(o).Set(t.Context(), shopOTP, NewSecret("v"))
			if !errors.Is(err, c.want) {
				t.Errorf("Set = %v, want %v", err, c.want)
			}
			if len(Hints(err)) == 0 {
				t.Error("there is no hint")
			}
			if out := strings.ToLower(err.Error() + strings.Join(Hints(err), "")); strings.Contains(out, "hunter2") {
				t.Errorf("the error repeats the file: %s", out)
			}
		})
	}
}

func TestIdentityAgeIsMissing(t *testing.T) {
	dir := kept(t)
	if err := os.Remove(filepath.Join(dir, "identity.age")); err != nil {
		t.Fatal(err)
	}
	user := &keeper{says: phrase}
	f := OpenFile(optionsIn(dir, user))
	_, err := f.Get(t.Context(), shopOTP)
	if !errors.Is(err, ErrLocked) {
		t.Errorf("Get = %v, want ErrLocked", err)
	}
	wantHint(t, err, "identity.age")
	if err := f.Set(t.Context(), shopOTP, NewSecret("v")); !errors.Is(err, ErrLocked) {
		t.Errorf("Set = %v: a new identity would close what is there for ever", err)
	}
	if len(user.asked) != 0 {
		t.Errorf("it asked for %q", user.asked)
	}
}

func TestEveryDamageIsFound(t *testing.T) {
	dir := kept(t)
	f := OpenFile(optionsIn(dir, &keeper{says: phrase}))
	// Larger than one of age's chunks, of which the first are given before the
	// last is seen.
	for i := range 3 {
		if err := f.Set(t.Context(), Ref{Owner: fmt.Sprintf("big-%d", i), Kind: KindPassword}, NewSecret(strings.Repeat("hunter2", 10_000))); err != nil {
			t.Fatal(err)
		}
	}
	whole, err := os.ReadFile(f.o.Path)
	if err != nil {
		t.Fatal(err)
	}
	flip := func(at int) []byte {
		b := bytes.Clone(whole)
		b[at] ^= 1
		return b
	}
	for name, text := range map[string][]byte{
		"empty":                 {},
		"cut in the header":     whole[:50],
		"cut in the first part": whole[:5000],
		"cut at the end":        whole[:len(whole)-1],
		"cut between parts":     whole[:len(whole)-len(whole)%(64<<10)],
		"one byte more":         append(bytes.Clone(whole), 'x'),
		"a bit in the header":   flip(bytes.Index(whole, []byte("\n--- ")) + 10),
		"a bit in the middle":   flip(len(whole) / 2),
		"the last bit":          flip(len(whole) - 1),
		"plain JSON":            []byte(`{"version":1,"secrets":{"shop/otp":"hunter2"}}`),
		"another file":          []byte("hunter2 is not an age file\n"),
	} {
		t.Run(name, func(t *testing.T) {
			mustWrite(t, f.o.Path, string(text))
			_, err := f.Get(t.Context(), shopOTP)
			if !errors.Is(err, ErrDamaged) || errors.Is(err, ErrPassphrase) {
				t.Errorf("Get = %v, want ErrDamaged", err)
			}
			if strings.Contains(err.Error(), "hunter2") || len(Hints(err)) == 0 {
				t.Errorf("Get = %v, hints %q", err, Hints(err))
			}
			if err := f.Set(t.Context(), shopOTP, NewSecret("v")); !errors.Is(err, ErrDamaged) {
				t.Errorf("Set = %v", err)
			}
			wantText(t, f.o.Path, string(text))
		})
	}
	mustWrite(t, f.o.Path, string(whole))
	if got, err := f.Get(t.Context(), shopOTP); err != nil || got.Reveal() != canary {
		t.Errorf("the whole file: %v", err)
	}
}

// seal encrypts text to a new identity file and gives a File on it.
func seal(t *testing.T, text string) *File {
	t.Helper()
	dir := t.TempDir()
	o := optionsIn(dir, nil)
	o.Identity = filepath.Join(dir, "ci.key")
	id := writeIdentity(t, o.Identity, func(plain []byte) []byte { return plain })
	sealed, err := closeAge([]byte(text), id.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	mustWrite(t, o.Path, string(sealed))
	return OpenFile(o)
}

func TestWhatIsInsideIsChecked(t *testing.T) {
	for text, want := range map[string]error{
		"":                                       ErrDamaged,
		"hunter2":                                ErrDamaged,
		"[]":                                     ErrDamaged,
		`"hunter2"`:                              ErrDamaged,
		"{}":                                     ErrDamaged,
		`{"version":1}`:                          ErrDamaged,
		`{"version":0,"secrets":{}}`:             ErrDamaged,
		`{"version":"hunter2","secrets":{}}`:     ErrDamaged,
		`{"version":1,"secrets":{"shop/otp":7}}`: ErrDamaged,
		`{"version":1,"secrets":{"shop/otp":{"base64":"hunter2!"}}}`: ErrDamaged,
		`{"version":1,"secrets":{}} hunter2`:                         ErrDamaged,
		`{"version":2,"secrets":"in another form"}`:                  ErrNewer,
		`{"version":1,"secrets":{}}`:                                 ErrNotFound,
	} {
		f := seal(t, text)
		_, err := f.Get(t.Context(), shopOTP)
		if !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
		if strings.Contains(err.Error()+strings.Join(Hints(err), ""), "hunter2") {
			t.Errorf("the error repeats the file: %v", err)
		}
		if want != ErrNotFound && len(Hints(err)) == 0 {
			t.Errorf("%q: no hint with %v", text, err)
		}
	}
}

func TestTheFileIsAsPromised(t *testing.T) {
	dir := kept(t)
	f := OpenFile(optionsIn(dir, &keeper{says: phrase}))
	for _, v := range []string{"<one> & \"two\"", "not UTF-8: \xff"} {
		if err := f.Set(t.Context(), Ref{Owner: "shop", Kind: KindPassword}, NewSecret(v)); err != nil {
			t.Fatal(err)
		}
	}
	// By the age library alone, as the age command does it.
	identity, err := os.ReadFile(f.o.IdentityPath)
	if err != nil {
		t.Fatal(err)
	}
	scrypt, err := age.NewScryptIdentity(phrase)
	if err != nil {
		t.Fatal(err)
	}
	r, err := age.Decrypt(bytes.NewReader(identity), scrypt)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := age.ParseIdentities(r)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := os.Open(f.o.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sealed.Close() }()
	r, err = age.Decrypt(sealed, ids...)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Version    int
		Generation uint64
		Secrets    map[string]any
	}
	if err := json.Unmarshal(plain, &got); err != nil {
		t.Fatal(err)
	}
	if got.Version != 1 || got.Generation != 3 || got.Secrets["shop/otp"] != canary {
		t.Errorf("inside is version %d, generation %d, %d secrets", got.Version, got.Generation, len(got.Secrets))
	}
	odd, _ := got.Secrets["shop/password"].(map[string]any)
	if odd["base64"] != "bm90IFVURi04OiD/" {
		t.Errorf("bytes that are no text are kept as %v", odd)
	}
}

func TestNothingReadableIsOnTheDisk(t *testing.T) {
	dir := kept(t)
	f := OpenFile(optionsIn(dir, &keeper{says: phrase}))
	if err := f.Set(t.Context(), Ref{Owner: "very-private-name", Kind: KindPassword}, NewSecret(canary)); err != nil {
		t.Fatal(err)
	}
	for _, name := range files(t, dir) {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{canary, phrase, "very-private-name"} {
			if spelling := holds(text, secret); spelling != "" {
				t.Errorf("%s has a secret in %s", name, spelling)
			}
		}
		if bytes.Contains(text, []byte("AGE-SECRET-KEY")) {
			t.Errorf("%s has a plain identity", name)
		}
	}
}

func TestAnotherProcessesChangesAreSeen(t *testing.T) {
	dir := kept(t)
	mine, theirs := OpenFile(optionsIn(dir, &keeper{says: phrase})), OpenFile(optionsIn(dir, &keeper{says: phrase}))
	for i := range 5 {
		want := fmt.Sprintf("value %d", i)
		if err := theirs.Set(t.Context(), shopOTP, NewSecret(want)); err != nil {
			t.Fatal(err)
		}
		if got, err := mine.Get(t.Context(), shopOTP); err != nil || got.Reveal() != want {
			t.Fatalf("Get = %v after another's Set", err)
		}
	}
	if err := theirs.Delete(t.Context(), shopOTP); err != nil {
		t.Fatal(err)
	}
	if _, err := mine.Get(t.Context(), shopOTP); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get = %v after another's Delete", err)
	}
}

func TestAFailedSetKeepsTheOld(t *testing.T) {
	dir := kept(t)
	f := OpenFile(optionsIn(dir, &keeper{says: phrase}))
	failAt(t, stepRename, os.ErrDeadlineExceeded)
	if err := f.Set(t.Context(), shopOTP, NewSecret("new")); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("Set = %v", err)
	}
	if got, err := f.Get(t.Context(), shopOTP); err != nil || got.Reveal() != canary {
		t.Errorf("Get = %v", err)
	}
}
