package cli

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/broker"
	"gatepass/store"
)

type serveFlags struct {
	keepFlags
	where     broker.Where
	tokenFile string
	limit     time.Duration
	asJSON    bool
}

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve NAME",
		Short: "Give a scanner fresh codes and sessions on a loopback address",
		Long: `Listens on this machine and gives whoever has the token

  /code                  a fresh passcode, recorded as spent; one a time step
  /session.json          headers and cookies, as StackHawk's external command answers
  /cookies.txt           Netscape's cookies.txt
  /storage-state.json    Playwright's storageState
  /header                header lines

and a description at /. The token is made anew each time, and is in a file that only
you can read. A session is made when it is first asked for, looked at while it is
served, and made anew when it was lost. Everybody who asks is told on the screen.
It ends with ctrl+c, or after --for.`,
		Example: `  gatepass serve shop
  gatepass serve shop --for 8h --json`,
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := notNegative(cmd, "check", "for"); err != nil {
				return err
			}
			gate, err := a.gate()
			if err != nil {
				return err
			}
			return a.serve(cmd.Context(), gate, args[0], f)
		},
	}
	flags := cmd.Flags()
	f.add(flags)
	flags.StringVar(&f.where.Addr, "listen", "127.0.0.1:8765", "where to listen; port 0 takes any that is free")
	flags.StringVar(&f.where.Unix, "unix", "", "listen on a unix socket in a private folder instead")
	flags.BoolVar(&f.where.Public, "public", false, "allow an address that other machines reach; needs --cert and --key")
	flags.StringVar(&f.where.Cert, "cert", "", "the certificate, a PEM file: speak TLS")
	flags.StringVar(&f.where.Key, "key", "", "its key, a PEM file")
	flags.StringVar(&f.tokenFile, "token-file", "", "write the token into this file instead of the state folder's")
	flags.DurationVar(&f.limit, "for", 0, "end after this long, with the scan")
	flags.BoolVar(&f.asJSON, "json", false, "print one line with the address and the token's file, and one for each request")
	cmd.MarkFlagsRequiredTogether("cert", "key")
	cmd.MarkFlagsMutuallyExclusive("unix", "listen")
	return cmd
}

// serveOutput is the first line of serve --json.
type serveOutput struct {
	URL       string `json:"url"`
	Unix      string `json:"unix,omitempty"`
	TokenFile string `json:"token_file"`
}

// askedOutput is a line of serve --json for a request.
type askedOutput struct {
	At     time.Time `json:"at"`
	Client string    `json:"client"`
	Path   string    `json:"path"`
	Status int       `json:"status"`
	Note   string    `json:"note"`
}

func (a *app) serve(ctx context.Context, gate *auth.Gate, name string, f serveFlags) error {
	if _, err := a.keepable(gate, name); err != nil {
		return err
	}
	if err := a.tellLife(ctx, gate, name, ""); err != nil {
		return err
	}
	if f.limit > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, f.limit)
		defer stop()
	}
	err := gate.Serve(ctx, name, auth.ServeOptions{
		Verify: f.verify, Every: f.check, Where: f.where, TokenFile: f.tokenFile,
		Ready:   func(at auth.Serving) error { return a.announce(at, f) },
		Asked:   a.tellAsked(f.asJSON),
		Session: a.tellSession(name, true),
	})
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		a.say("The time is over.\n")
	}
	if err != nil {
		return notListening(err)
	}
	return nil
}

func notListening(err error) error {
	var folder *broker.FolderError
	if errors.As(err, &folder) {
		return usage{error: err, hint: "Others could put themselves in the socket's place. Close the folder to them: chmod 700 " + store.QuoteShell(folder.Folder)}
	}
	if errors.Is(err, broker.ErrPublic) {
		return usage{error: err, hint: "Others could ask for codes. If that is wanted: --public with --cert and --key, so that the token is not read on the way."}
	}
	var taken *net.OpError
	if errors.As(err, &taken) && taken.Op == "listen" {
		return store.WithHint(err, "Another port: --listen 127.0.0.1:0")
	}
	return err
}

// announce says where to ask and how.
func (a *app) announce(at auth.Serving, f serveFlags) error {
	if f.asJSON {
		return a.printJSON(serveOutput{URL: at.URL, Unix: f.where.Unix, TokenFile: at.TokenFile})
	}
	if err := a.print("%s\n", at.URL); err != nil {
		return err
	}
	a.say("Ask with the token, which is in %s: %s\nEnd with ctrl+c.\n", at.TokenFile, at.Ask(at.Path()))
	return nil
}

// tellAsked says who asked for what. Requests may come at once; lines do not.
func (a *app) tellAsked(asJSON bool) func(broker.Asked) {
	var mu sync.Mutex
	return func(e broker.Asked) {
		mu.Lock()
		defer mu.Unlock()
		if asJSON {
			_ = a.printJSON(askedOutput(e)) // a reader that went away does not end the scan
			return
		}
		sign := "✓"
		if e.Status >= 400 {
			sign = "✗"
		}
		a.say("%s  %s %s  %s  %d %s\n", e.At.Format(time.TimeOnly), sign, e.Path, e.Client, e.Status, e.Note)
	}
}
