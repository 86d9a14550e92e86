// Package storetest helps tests with the secret store: a suite that every
// [store.Secrets] must pass, and real and fake keyrings on a private D-Bus.
//
// Real keyrings need the programs dbus-daemon and gnome-keyring-daemon (Debian and
// Ubuntu: apt install dbus-daemon gnome-keyring). Where they are missing a test is
// skipped, unless GATEPASS_TEST_REQUIRE lists "keyring": then it fails. Only tests
// import this package.
package storetest
