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
	driver, u, err := g.reader(address)
	if err != nil {
		return login.Inspection{}, err
	}
	defer func() { _ = driver.Close() }()
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	return login.Inspect(ctx, driver, u)
}

// Survey reads a login page without signing in, with a browser if it is drawn by
// scripts and one is installed.
func (g *Gate) Survey(ctx context.Context, address string) (login.Survey, error) {
	driver, u, err := g.reader(address)
	if err != nil {
		return login.Survey{}, err
	}
	defer func() { _ = driver.Close() }()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	s, err := login.Look(ctx, driver, u)
	if err != nil || s.Diagnosis == nil || s.Diagnosis.Code != login.NeedsBrowser {
		return s, err
	}
	browser, err := g.browser(nil, nil, VerifyOptions{})
	if err != nil {
		s.Diagnosis.Remedy = browserRemedy(err)
		return s, nil
	}
	defer func() { _ = browser.Close() }()
	return login.Look(ctx, browser, u)
}

// reader makes what reads a page over plain HTTP, and the page's address.
func (g *Gate) reader(address string) (login.Driver, *url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, nil, fmt.Errorf("%w: a login's address looks like https://app.example.com/login", ErrUsage)
	}
	driver, err := httpdriver.New(httpdriver.Options{Now: g.Now})
	return driver, u, err
}
