package storetest

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// A Mood is how a fake keyring behaves.
type Mood string

// The moods.
const (
	Working      Mood = "working"        // keeps secrets, in memory
	Hanging      Mood = "hanging"        // never answers to Unlock
	PromptOpen   Mood = "prompt-open"    // opens a window that nobody answers
	Dismissing   Mood = "prompt-dismiss" // opens a window that somebody closes
	Locked       Mood = "locked"         // refuses to keep anything
	NoCollection Mood = "no-collection"  // has no keyring to write to
	LockedWallet Mood = "locked-wallet"  // has only a locked one of another name, as KWallet does
)

// A Fake is a Secret Service of our own on a private bus, for what a real one does
// only by bad luck.
type Fake struct {
	// Prompted gets a value whenever a client asks for a prompt to be shown.
	Prompted <-chan struct{}

	mood     Mood
	conn     *dbus.Conn
	prompted chan struct{}
	over     chan struct{}

	mu    sync.Mutex
	items map[dbus.ObjectPath]*fakeItem
	made  int
}

type fakeItem struct {
	attributes map[string]string
	value      []byte
}

// fakeSecret is the Secret struct of the Secret Service API, in its order.
type fakeSecret struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

const walletPath = secretsPath + "/collection/wallet"

// StartFake puts a fake keyring on the bus. It is gone when the test is over.
func (b *Bus) StartFake(t testing.TB, mood Mood) *Fake {
	t.Helper()
	prompted := make(chan struct{}, 1000)
	f := &Fake{
		Prompted: prompted, prompted: prompted,
		mood: mood, conn: b.connect(t), over: make(chan struct{}),
		items: map[dbus.ObjectPath]*fakeItem{},
	}
	t.Cleanup(func() { close(f.over) })
	collections := []dbus.ObjectPath{loginPath}
	switch mood {
	case NoCollection:
		collections = []dbus.ObjectPath{}
	case LockedWallet:
		collections = []dbus.ObjectPath{walletPath}
	}
	_, err := prop.Export(f.conn, secretsPath, prop.Map{
		"org.freedesktop.Secret.Service": {"Collections": {Value: collections, Emit: prop.EmitFalse}},
	})
	for _, e := range []error{
		err,
		f.conn.Export(fakeService{f}, secretsPath, "org.freedesktop.Secret.Service"),
		f.conn.Export(fakeCollection{f}, loginPath, "org.freedesktop.Secret.Collection"),
		f.conn.Export(fakeSession{}, secretsPath+"/session/one", "org.freedesktop.Secret.Session"),
	} {
		if e != nil {
			t.Fatalf("start the fake keyring: %v", e)
		}
	}
	reply, err := f.conn.RequestName(secretsName, dbus.NameFlagDoNotQueue)
	if err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("start the fake keyring: %v, reply %v", err, reply)
	}
	return f
}

func (f *Fake) path(kind string) dbus.ObjectPath {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.made++
	return dbus.ObjectPath(fmt.Sprintf("%s/%s/n%d", secretsPath, kind, f.made))
}

// The methods that godbus calls by their names in the Secret Service API.

type fakeService struct{ *Fake }

func (fakeService) OpenSession(string, dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	return dbus.MakeVariant(""), secretsPath + "/session/one", nil
}

func (s fakeService) ReadAlias(string) (dbus.ObjectPath, *dbus.Error) {
	switch s.mood {
	case NoCollection:
		return "/", nil
	case LockedWallet:
		return walletPath, nil
	default:
		return loginPath, nil
	}
}

func (s fakeService) Unlock(objects []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	switch s.mood {
	case Hanging:
		<-s.over
	case NoCollection:
		return []dbus.ObjectPath{}, "/", nil
	case PromptOpen, Dismissing, LockedWallet:
		path := s.path("prompt")
		if err := s.conn.Export(fakePrompt{s.Fake, path}, path, "org.freedesktop.Secret.Prompt"); err != nil {
			return nil, "/", dbus.MakeFailedError(err)
		}
		return []dbus.ObjectPath{}, path, nil
	}
	return objects, "/", nil
}

type fakePrompt struct {
	*Fake
	path dbus.ObjectPath
}

func (p fakePrompt) Prompt(string) *dbus.Error {
	if p.mood != PromptOpen {
		// The client listens before it asks, so this cannot come too early.
		err := p.conn.Emit(p.path, "org.freedesktop.Secret.Prompt.Completed", true, dbus.MakeVariant([]dbus.ObjectPath{}))
		if err != nil {
			return dbus.MakeFailedError(err)
		}
	}
	p.prompted <- struct{}{}
	return nil
}

type fakeCollection struct{ *Fake }

func (c fakeCollection) SearchItems(want map[string]string) ([]dbus.ObjectPath, *dbus.Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found := []dbus.ObjectPath{}
	for path, item := range c.items {
		if matches(item.attributes, want) {
			found = append(found, path)
		}
	}
	return found, nil
}

func matches(have, want map[string]string) bool {
	for k, v := range want {
		if have[k] != v {
			return false
		}
	}
	return true
}

func (c fakeCollection) CreateItem(properties map[string]dbus.Variant, s fakeSecret, _ bool) (dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	if c.mood == Locked {
		return "/", "/", dbus.NewError("org.freedesktop.Secret.Error.IsLocked", []any{"Cannot create an item in a locked collection"})
	}
	attributes := map[string]string{}
	for name, v := range properties {
		if strings.HasSuffix(name, ".Attributes") {
			if err := v.Store(&attributes); err != nil {
				return "/", "/", dbus.MakeFailedError(err)
			}
		}
	}
	if old, _ := c.SearchItems(attributes); len(old) > 0 {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.items[old[0]].value = s.Value
		return old[0], "/", nil
	}
	path := c.path("item")
	if err := c.conn.Export(fakeItemObject{c.Fake, path}, path, "org.freedesktop.Secret.Item"); err != nil {
		return "/", "/", dbus.MakeFailedError(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items[path] = &fakeItem{attributes, s.Value}
	return path, "/", nil
}

type fakeItemObject struct {
	*Fake
	path dbus.ObjectPath
}

func (i fakeItemObject) GetSecret(session dbus.ObjectPath) (fakeSecret, *dbus.Error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	item, ok := i.items[i.path]
	if !ok {
		return fakeSecret{}, dbus.NewError("org.freedesktop.Secret.Error.NoSuchObject", []any{"gone"})
	}
	return fakeSecret{session, []byte{}, item.value, "text/plain"}, nil
}

func (i fakeItemObject) Delete() (dbus.ObjectPath, *dbus.Error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.items, i.path)
	return "/", nil
}

type fakeSession struct{}

func (fakeSession) Close() *dbus.Error { return nil }
