package lab

import (
	"slices"
	"strings"
)

// A policy is a content security policy in the making.
type policy struct {
	names   []string
	sources map[string][]string
}

// newPolicy begins with what every page of an application needs.
func newPolicy() *policy {
	p := &policy{sources: map[string][]string{}}
	p.allow("default-src", "'self'")
	p.allow("img-src", "'self'", "data:")
	p.allow("base-uri", "'none'")
	p.allow("frame-ancestors", "'none'")
	return p
}

// allow adds sources to a directive.
func (p *policy) allow(directive string, sources ...string) {
	if !slices.Contains(p.names, directive) {
		p.names = append(p.names, directive)
	}
	p.sources[directive] = append(p.sources[directive], sources...)
}

// only replaces the sources of a directive.
func (p *policy) only(directive string, sources ...string) {
	p.sources[directive] = nil
	p.allow(directive, sources...)
}

func (p *policy) String() string {
	all := make([]string, len(p.names))
	for i, name := range p.names {
		all[i] = name + " " + strings.Join(p.sources[name], " ")
	}
	return strings.Join(all, "; ")
}
