package store

import "slices"

// A Route is how a target's multi-factor challenge is passed.
type Route string

// The routes.
const (
	RouteExemption     Route = "exemption"      // the administrator's policy asks this account for nothing
	RouteOTP           Route = "otp"            // a one-time code, computed from a seed
	RouteBypassCode    Route = "bypass-code"    // codes that an administrator handed out
	RouteTrustedDevice Route = "trusted-device" // the state of a device that was trusted once
	RoutePush          Route = "push"           // a person approves on a phone
)

// Routes lists every route, the ones that need least from people first.
func Routes() []Route {
	return []Route{RouteExemption, RouteOTP, RouteBypassCode, RouteTrustedDevice, RoutePush}
}

// Valid reports whether r is one of [Routes].
func (r Route) Valid() bool { return slices.Contains(Routes(), r) }
