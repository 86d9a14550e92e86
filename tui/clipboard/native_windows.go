package clipboard

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"gatepass/store"
)

// Windows' own clipboard. Two registered formats keep what is copied out of its
// history and off other devices:
// https://learn.microsoft.com/windows/win32/dataxchg/clipboard-formats#cloud-clipboard-and-clipboard-history-formats

var (
	user32               = windows.NewLazySystemDLL("user32.dll")
	kernel32             = windows.NewLazySystemDLL("kernel32.dll")
	openClipboard        = user32.NewProc("OpenClipboard")
	closeClipboard       = user32.NewProc("CloseClipboard")
	emptyClipboard       = user32.NewProc("EmptyClipboard")
	getClipboardData     = user32.NewProc("GetClipboardData")
	setClipboardData     = user32.NewProc("SetClipboardData")
	registerClipboardFmt = user32.NewProc("RegisterClipboardFormatW")
	globalAlloc          = kernel32.NewProc("GlobalAlloc")
	globalFree           = kernel32.NewProc("GlobalFree")
	globalLock           = kernel32.NewProc("GlobalLock")
	globalUnlock         = kernel32.NewProc("GlobalUnlock")
	globalSize           = kernel32.NewProc("GlobalSize")
)

const (
	unicodeText = 13     // CF_UNICODETEXT
	moveable    = 0x0002 // GMEM_MOVEABLE
)

type windowsBoard struct{}

func platform(Options) native { return windowsBoard{} }

func choose(Options) (tool, bool) {
	const picture = `Add-Type -AssemblyName System.Windows.Forms,System.Drawing; $i=[System.Windows.Forms.Clipboard]::GetImage(); if ($i) { $m=New-Object System.IO.MemoryStream; $i.Save($m,[System.Drawing.Imaging.ImageFormat]::Png); $o=[Console]::OpenStandardOutput(); $m.WriteTo($o); $o.Flush() }`
	return tool{
		paste: []string{"powershell.exe", "-NoProfile", "-STA", "-Command", "[Console]::OutputEncoding=[Text.Encoding]::UTF8; Get-Clipboard -Raw"},
		as:    func(string) []string { return []string{"powershell.exe", "-NoProfile", "-STA", "-Command", picture} },
	}, true
}

func (windowsBoard) write(ctx context.Context, text store.Secret) error {
	_, err := within(ctx, func() (struct{}, error) { return struct{}{}, opened(func() error { return put(text.Reveal()) }) })
	if err != nil {
		return fmt.Errorf("write the clipboard: %w", err)
	}
	return nil
}

func (windowsBoard) read(ctx context.Context) (store.Secret, error) {
	text, err := within(ctx, func() (text store.Secret, err error) {
		err = opened(func() error { text = get(); return nil })
		return text, err
	})
	if err != nil {
		return store.Secret{}, fmt.Errorf("read the clipboard: %w", err)
	}
	return text, nil
}

// opened runs f while the clipboard is ours. It belongs to a thread, and to one at a
// time.
func opened(f func() error) error {
	const tries, between = 20, 50 * time.Millisecond
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for range tries {
		if ok, _, _ := openClipboard.Call(0); ok != 0 {
			defer func() { _, _, _ = closeClipboard.Call() }()
			return f()
		}
		<-time.After(between)
	}
	return errors.New("another program keeps the clipboard open")
}

func put(text string) error {
	if ok, _, err := emptyClipboard.Call(); ok == 0 {
		return err
	}
	if text == "" {
		return nil
	}
	wide, err := windows.UTF16FromString(text)
	if err != nil {
		return errors.New("it cannot be text there")
	}
	data := unsafe.Slice((*byte)(unsafe.Pointer(&wide[0])), 2*len(wide))
	if err := set(unicodeText, data); err != nil {
		return err
	}
	for _, name := range []string{"ExcludeClipboardContentFromMonitorProcessing", "CanIncludeInClipboardHistory", "CanUploadToCloudClipboard"} {
		wideName, err := windows.UTF16PtrFromString(name)
		if err != nil {
			return err
		}
		if format, _, _ := registerClipboardFmt.Call(uintptr(unsafe.Pointer(wideName))); format != 0 {
			_ = set(format, make([]byte, 4)) // a DWORD of 0: no
		}
	}
	return nil
}

// set hands a copy of data to the clipboard, which frees it.
func set(format uintptr, data []byte) error {
	handle, _, err := globalAlloc.Call(moveable, uintptr(len(data)))
	if handle == 0 {
		return err
	}
	at, _, err := globalLock.Call(handle)
	if at == 0 {
		_, _, _ = globalFree.Call(handle)
		return err
	}
	copy(unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&at))), len(data)), data)
	_, _, _ = globalUnlock.Call(handle)
	if ok, _, err := setClipboardData.Call(format, handle); ok == 0 {
		_, _, _ = globalFree.Call(handle)
		return err
	}
	return nil
}

func get() store.Secret {
	handle, _, _ := getClipboardData.Call(unicodeText)
	if handle == 0 {
		return store.Secret{}
	}
	size, _, _ := globalSize.Call(handle)
	at, _, _ := globalLock.Call(handle)
	if at == 0 || size < 2 {
		return store.Secret{}
	}
	defer func() { _, _, _ = globalUnlock.Call(handle) }()
	wide := unsafe.Slice((*uint16)(*(*unsafe.Pointer)(unsafe.Pointer(&at))), min(int(size), maxRead)/2)
	return store.NewSecret(windows.UTF16ToString(wide))
}
