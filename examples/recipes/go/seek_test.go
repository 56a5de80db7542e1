package seek

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"sync"
	"testing"
)

var profiles = []string{
	"https://linkedin.com/in/one",
	"https://linkedin.com/in/two",
	"https://linkedin.com/in/three",
	"https://linkedin.com/in/four",
}

func clientOf(session *session) Client {
	seek := session.Vendors["seek"]
	return Client{Base: seek.URL, Key: seek.Key}
}

func TestFollowsAJobToItsEnd(t *testing.T) {
	session := open(t, "seek/happy-path")
	client := clientOf(session)
	jobs, err := client.SubmitAll(profiles[:1])
	if err != nil {
		t.Fatal(err)
	}
	session.advance("10s")
	if status, err := client.Status(jobs[0]); status != "completed" {
		t.Errorf("the job is %q: %v", status, err)
	}
}

// A client that went on after the 402 would pass here, and fail when the session is closed.
func TestStopsWhenTheCreditsAreUsedUp(t *testing.T) {
	session := open(t, "seek/out-of-credits")
	_, err := clientOf(session).SubmitAll(profiles)
	var outOfCredits OutOfCredits
	if !errors.As(err, &outOfCredits) || outOfCredits.Submitted != 2 {
		t.Errorf("ended with %v", err)
	}
}

func TestTakesWebhooksWithAGoodSignatureOnly(t *testing.T) {
	session := open(t, "seek/happy-path")
	receiver := receive(t, session.Vendors["seek"].WebhookSecret)
	session.sendWebhooksTo(receiver.URL)
	if _, err := clientOf(session).SubmitAll(profiles[:1]); err != nil {
		t.Fatal(err)
	}
	session.advance("10s")
	session.play("seek/webhook-forged-signature")
	session.trigger("seek", "jobFinished")
	if got := receiver.all(); !reflect.DeepEqual(got, []string{"job.completed", "forged"}) {
		t.Errorf("received %v", got)
	}
}

// A receiver is your application's, on a port of its own.
type receiver struct {
	*httptest.Server
	lock   sync.Mutex
	events []string
}

func receive(t *testing.T, secret string) *receiver {
	received := &receiver{}
	received.Server = httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		var told struct{ Event string }
		if hex.EncodeToString(mac.Sum(nil)) != request.Header.Get("x-seekapi-signature") {
			told.Event = "forged"
			answer.WriteHeader(http.StatusUnauthorized)
		} else if err := json.Unmarshal(body, &told); err != nil {
			t.Error(err)
		}
		received.lock.Lock()
		defer received.lock.Unlock()
		received.events = append(received.events, told.Event)
	}))
	t.Cleanup(received.Close)
	return received
}

func (receiver *receiver) all() []string {
	receiver.lock.Lock()
	defer receiver.lock.Unlock()
	return append([]string{}, receiver.events...)
}
