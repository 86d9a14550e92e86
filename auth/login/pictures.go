package login

import (
	"context"
	"time"
)

// pictureTime is how long a picture may take. It costs the login nothing: a page that
// cannot be pictured is done without.
const pictureTime = 3 * time.Second

// takePicture hands over a picture of the page in front, taken once for each page.
func (r *run) takePicture(ctx context.Context, s Stage) {
	camera, ok := r.raw.(Pictured)
	if r.plan.Pictures == nil || !ok || r.pages == 0 {
		return
	}
	if r.shot != r.pages {
		ctx, cancel := context.WithTimeout(ctx, pictureTime)
		defer cancel()
		p, err := camera.Picture(ctx)
		if err != nil {
			return
		}
		r.shot, r.picture = r.pages, p
	}
	r.plan.Pictures(s, r.picture)
}
