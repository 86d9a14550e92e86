package auth

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"gatepass/auth/login"
	"gatepass/auth/login/httpdriver"
)

// Inspect reads a login page without signing in.
func (g *Gate) Inspect(ctx context.Context, address string) (login.Inspection, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return login.Inspection{}, fmt.Errorf("%w: a login's address looks like https://app.example.com/login", ErrUsage)
	}
	driver, err := httpdriver.New(httpdriver.Options{Now: g.Now})
	if err != nil {
		return login.Inspection{}, err
	}
	defer func() { _ = driver.Close() }()
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	return login.Inspect(ctx, driver, u)
}

// Skew compares the clock of the origin that serves a page with the Gate's own.
func (g *Gate) Skew(ctx context.Context, address string) (login.Skew, error) {
	u, err := url.Parse(address)
	if err != nil {
		return login.Skew{}, fmt.Errorf("read the address: %w", err)
	}
	driver, err := httpdriver.New(httpdriver.Options{Now: g.Now})
	if err != nil {
		return login.Skew{}, err
	}
	defer func() { _ = driver.Close() }()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if _, err := driver.Open(ctx, u); err != nil && !driver.Skew().Known {
		return login.Skew{}, err
	}
	return driver.Skew(), nil
}
