//go:build unix

package clipboard

import (
	"context"
	"runtime"
)

// platform is the clipboard of this machine; nil if it has no program for one.
func platform(o Options) native {
	t, ok := choose(o)
	if !ok {
		return nil
	}
	return t
}

func choose(o Options) (tool, bool) {
	switch {
	case runtime.GOOS == "darwin":
		return macTool(), true
	case o.Wayland != "" && installed("wl-copy", "wl-paste"):
		return tool{
			copy: []string{"wl-copy", "--type", "text/plain;charset=utf-8"}, paste: []string{"wl-paste", "--no-newline"}, clear: []string{"wl-copy", "--clear"},
			hint:  func(context.Context) []string { return sensitive() },
			kinds: []string{"wl-paste", "--list-types"},
			as:    func(kind string) []string { return []string{"wl-paste", "--no-newline", "--type", kind} },
		}, true
	case o.X11 != "" && installed("xclip"):
		return tool{
			copy: []string{"xclip", "-in", "-selection", "clipboard"}, paste: []string{"xclip", "-out", "-selection", "clipboard"},
			kinds: []string{"xclip", "-out", "-selection", "clipboard", "-target", "TARGETS"},
			as: func(kind string) []string {
				return []string{"xclip", "-out", "-selection", "clipboard", "-target", kind}
			},
		}, true
	case o.X11 != "" && installed("xsel"):
		return tool{copy: []string{"xsel", "--input", "--clipboard"}, paste: []string{"xsel", "--output", "--clipboard"}, clear: []string{"xsel", "--clear", "--clipboard"}}, true
	case installed("termux-clipboard-set", "termux-clipboard-get"):
		return tool{copy: []string{"termux-clipboard-set"}, paste: []string{"termux-clipboard-get"}}, true
	}
	return tool{}, false
}

// concealed copies standard input and says that it is to be concealed, in the words
// of nspasteboard.org, which the programs with a history on macOS follow.
const concealed = `ObjC.import('AppKit');
const data = $.NSFileHandle.fileHandleWithStandardInput.readDataToEndOfFile;
const text = $.NSString.alloc.initWithDataEncoding(data, $.NSUTF8StringEncoding);
const board = $.NSPasteboard.generalPasteboard;
board.clearContents;
if (text.length > 0) {
  board.setStringForType(text, $.NSPasteboardTypeString);
  board.setStringForType($(''), $('org.nspasteboard.ConcealedType'));
  board.setStringForType($(''), $('org.nspasteboard.TransientType'));
}`

func macTool() tool {
	t := tool{copy: []string{"pbcopy"}, paste: []string{"pbpaste"}}
	if installed("osascript") {
		t.copy = []string{"osascript", "-l", "JavaScript", "-e", concealed}
	}
	if installed("pngpaste") {
		t.as = func(string) []string { return []string{"pngpaste", "-"} }
	}
	return t
}
