package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"gatepass/auth/lab"
)

// The pipelines in the README are run as far as a shell can: their steps, in their
// order, with the variables that the CI system would set, against the lab.
func TestReadmePipelines(t *testing.T) {
	for _, tool := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("the README's steps need %s: %v", tool, err)
		}
	}
	t.Parallel()
	text, err := os.ReadFile(readmeFile)
	if err != nil {
		t.Fatal(err)
	}
	l := startLab(t, lab.Options{Period: map[string]time.Duration{"": time.Second}})
	shop, _ := l.Describe().App("shop")
	p := newPipeline(t, shop)
	p.run(tried(t, string(text), "prepare"), nil)
	key, err := os.ReadFile(filepath.Join(p.dir, "identity.txt"))
	if err != nil {
		t.Fatal(err)
	}

	var github struct {
		Jobs map[string]struct {
			Env   map[string]string
			Steps []struct {
				Uses, Name, Run string
				Env             map[string]string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(tried(t, string(text), "github")), &github); err != nil {
		t.Fatal(err)
	}
	exported := filepath.Join(p.runner, "github-env") // what a step leaves there the next ones have
	kept := []string{"RUNNER_TEMP=" + p.runner, "GITHUB_ENV=" + exported}
	for _, step := range github.Jobs["scan"].Steps {
		if step.Run == "" {
			continue
		}
		env := slices.Clone(kept)
		for _, vars := range []map[string]string{github.Jobs["scan"].Env, step.Env} {
			for name, value := range vars {
				env = append(env, name+"="+strings.ReplaceAll(value, "${{ secrets.GATEPASS_KEY }}", string(key)))
			}
		}
		if text, err := os.ReadFile(exported); err == nil {
			env = append(env, strings.Fields(string(text))...)
		}
		p.run(step.Run, env)
	}
	for _, value := range github.Jobs["scan"].Env {
		if strings.Contains(value, "${{ runner.") {
			t.Errorf("a job's own variables know no runner: %s", value)
		}
	}
	for _, report := range []string{"path: login.xml", "sarif_file: login.sarif"} {
		if !strings.Contains(tried(t, string(text), "github"), report) {
			t.Errorf("nobody is shown the report: %s", report)
		}
	}
	p.sawTheProof("login.xml", "login.sarif")
	if _, err := os.Stat(filepath.Join(p.runner, "identity.txt")); err == nil {
		t.Error("the key is still there")
	}

	var gitlab struct {
		Scan struct {
			Variables map[string]string
			Script    []string
		}
	}
	if err := yaml.Unmarshal([]byte(tried(t, string(text), "gitlab")), &gitlab); err != nil {
		t.Fatal(err)
	}
	env := []string{"GATEPASS_KEY=" + filepath.Join(p.dir, "identity.txt")}
	for name, value := range gitlab.Scan.Variables {
		env = append(env, name+"="+strings.ReplaceAll(value, "$CI_PROJECT_DIR", p.dir))
	}
	p.run(strings.Join(gitlab.Scan.Script, "\n"), env)
	p.sawTheProof("login.xml")
	p.noSecrets()
}

// tried is the block of the README that a comment marks.
func tried(t *testing.T, readme, what string) string {
	t.Helper()
	block := regexp.MustCompile("(?s)<!-- tried: " + what + " -->\n```\\w+\n(.*?)\n```\n").FindStringSubmatch(readme)
	if block == nil {
		t.Fatalf("the README has no block %q", what)
	}
	return block[1]
}

// A pipeline is a checkout with a home of its own and the program on its path.
type pipeline struct {
	t           *testing.T
	app         lab.App
	dir, runner string
	env         []string
}

func newPipeline(t *testing.T, app lab.App) *pipeline {
	t.Helper()
	p := &pipeline{t: t, app: app, dir: t.TempDir(), runner: t.TempDir()}
	for file, secret := range map[string]string{"password.txt": app.Password, "seed.txt": app.OTPAuth} {
		if err := os.WriteFile(filepath.Join(p.dir, file), []byte(secret+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Dir(build(t, "gatepass/cmd/gatepass")) + string(os.PathListSeparator) + os.Getenv("PATH")
	p.env = append(bareEnv(), "PATH="+path, "SHOP_URL="+app.URL, "SHOP_PROOF="+app.ProofURL, "SHOP_TEXT="+app.ProofText)
	return p
}

// run runs steps as CI systems do: a shell that ends at the first failure.
func (p *pipeline) run(script string, env []string) {
	p.t.Helper()
	cmd := exec.Command("sh", "-e")
	cmd.Stdin = strings.NewReader(script)
	cmd.Dir = p.dir
	cmd.Env = append(append([]string{}, p.env...), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		p.t.Fatalf("%v\n%s\n%s", err, script, out)
	}
}

// sawTheProof reports whether the scan saw what a signed-in user sees, and starts
// over.
func (p *pipeline) sawTheProof(reports ...string) {
	p.t.Helper()
	page, err := os.ReadFile(filepath.Join(p.dir, "page.html"))
	if err != nil || !bytes.Contains(page, []byte(p.app.ProofText)) {
		p.t.Errorf("the scan did not see the proof: %v", err)
	}
	for _, file := range append(reports, "page.html") {
		if err := os.Remove(filepath.Join(p.dir, file)); err != nil {
			p.t.Error(err)
		}
	}
}

// noSecrets reports a password or a seed that stands in a file of the checkout.
func (p *pipeline) noSecrets() {
	p.t.Helper()
	for _, file := range []string{"password.txt", "seed.txt"} {
		if err := os.Remove(filepath.Join(p.dir, file)); err != nil {
			p.t.Fatal(err)
		}
	}
	err := filepath.WalkDir(p.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, secret := range []string{p.app.Password, p.app.OTPAuth} {
			if bytes.Contains(text, []byte(secret)) {
				p.t.Errorf("%s holds a secret", path)
			}
		}
		return err
	})
	if err != nil {
		p.t.Error(err)
	}
}
