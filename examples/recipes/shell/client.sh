#!/bin/sh
# The client under test: submits a job for each profile, and ends with 3 when the credits are used up.
# In your project, this is your own code.
for profile in "$@"; do
  answer=$(curl --silent --noproxy '*' --write-out '\n%{http_code}' "$SEEK_URL/v1/workers/linkedin-profile/jobs" \
    --header "x-api-key: $SEEKAPI_KEY" --header 'content-type: application/json' \
    --data "{\"profile_url\":\"$profile\",\"webhook\":\"https://client.example/hooks\"}")
  case $(echo "$answer" | tail -n 1) in
    202) echo "$answer" | grep -o 'job_[0-9a-f]\{12\}' ;;
    402) exit 3 ;;
    *) exit 1 ;;
  esac
done
