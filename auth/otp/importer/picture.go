package importer

import (
	"errors"
	"fmt"
	"strconv"

	"gatepass/auth/otp"
	"gatepass/auth/otp/qr"
	"gatepass/store"
)

// Pictures: the QR codes in them hold what a line of an otpauth list would.

const formatPicture = "QR code"

func init() {
	register(format{
		name: formatPicture, rank: byMagic,
		is:   func(d *document) bool { return qr.IsPicture(d.data) },
		read: readPicture,
	})
}

func readPicture(r *reading) error {
	codes, err := qr.Read(r.ctx, r.document.data)
	switch {
	case errors.Is(err, qr.ErrNoCode):
		return store.WithHint(ErrNoCode, store.Hints(err)...)
	case errors.Is(err, qr.ErrTooLarge):
		return store.WithHint(fmt.Errorf("%w: the picture has too many pixels", ErrTooLarge), store.Hints(err)...)
	case errors.Is(err, qr.ErrDamaged), errors.Is(err, qr.ErrNotPicture):
		return fmt.Errorf("%w: the picture cannot be decoded", ErrDamaged)
	case err != nil:
		return err
	}
	for i, code := range codes {
		if err := r.count(len(codes)); err != nil {
			return err
		}
		where := "QR code " + strconv.Itoa(i+1)
		text := code.Text.Reveal()
		if isMigration(text) {
			if err := r.migration(where, text); err != nil {
				return err
			}
			continue
		}
		if otp.IsDuoActivation(text) {
			r.add(where, "", nil, otp.Key{}, otp.RefuseDuoActivation())
			continue
		}
		if hasLink(text) {
			r.link(where, text)
			continue
		}
		if !isBareSeed(text) {
			r.refuse(where, "", "it holds something else than a one-time-password key")
			continue
		}
		k, err := otp.Parse(text)
		r.add(where, "", nil, k, err)
	}
	return nil
}
