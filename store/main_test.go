package store

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Roles are what a copy of the test binary does in place of running tests, so that
// tests can have several processes. A role gives an exit code.
var Roles = map[string]func(args []string) int{}

const roleVariable = "GATEPASS_STORE_TEST_ROLE"

func TestMain(m *testing.M) {
	if role, ok := Roles[os.Getenv(roleVariable)]; ok {
		os.Exit(role(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// Process is a copy of the test binary in a role.
func Process(t testing.TB, role string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := Roles[role]; !ok {
		t.Fatalf("there is no role %q", role)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), RoleEnv(role)...)
	cmd.Stderr = os.Stderr
	return cmd
}

// RoleEnv makes a copy of the test binary play a role. The race detector would let
// each one linger for a second at its end.
func RoleEnv(role string) []string {
	return []string{roleVariable + "=" + role, "GORACE=atexit_sleep_ms=0"}
}

// holds reports in which spelling secret is in b, "" if in none.
func holds(b []byte, secret string) string {
	for name, spelling := range map[string]string{
		"plain":        secret,
		"hex":          hex.EncodeToString([]byte(secret)),
		"HEX":          strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"base64":       strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(secret)), "="),
		"base64url":    base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"base32":       base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(secret)),
		"base32 lower": strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(secret))),
		"decimal":      strings.Trim(fmt.Sprint([]byte(secret)), "[]"),
	} {
		if bytes.Contains(b, []byte(spelling)) {
			return name
		}
	}
	return ""
}
