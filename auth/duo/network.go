package duo

import (
	"net/netip"
	"strings"
)

// Network lists in policies hold addresses, blocks (192.0.2.0/24) and ranges
// (192.0.2.1-192.0.2.9).

// inList reports whether a list holds an address, and which entry does. Entries that
// cannot be read are counted, because one of them may.
func inList(list []string, ip netip.Addr) (entry string, unread int) {
	for _, e := range list {
		holds, ok := inEntry(e, ip)
		if !ok {
			unread++
		}
		if holds {
			return e, unread
		}
	}
	return "", unread
}

func inEntry(entry string, ip netip.Addr) (holds, ok bool) {
	ip = ip.Unmap()
	entry = strings.TrimSpace(entry)
	if from, to, isRange := strings.Cut(entry, "-"); isRange {
		first, err := netip.ParseAddr(strings.TrimSpace(from))
		last, err2 := netip.ParseAddr(strings.TrimSpace(to))
		return err == nil && err2 == nil && first.Compare(ip) <= 0 && ip.Compare(last) <= 0 && ip.Is4() == first.Is4(), err == nil && err2 == nil
	}
	if strings.Contains(entry, "/") {
		block, err := netip.ParsePrefix(entry)
		return err == nil && block.Contains(ip), err == nil
	}
	one, err := netip.ParseAddr(entry)
	return err == nil && one.Unmap() == ip, err == nil
}
