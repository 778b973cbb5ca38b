#!/bin/sh
# A reminder's life by curl alone: make it, list it, read it, cancel it.
#
#   BELFRY_URL=http://127.0.0.1:8080 BELFRY_KEY=$(cat data/admin.key) sh examples/curl.sh
set -eu

: "${BELFRY_URL:?say where Belfry is: BELFRY_URL=http://127.0.0.1:8080}"
: "${BELFRY_KEY:?give an API key: BELFRY_KEY=\$(cat data/admin.key)}"

command -v curl >/dev/null || {
  echo "Cannot call Belfry: curl is not installed" >&2
  exit 1
}

# The key goes in by standard input: arguments of a process can be read by everyone on the machine.
call() {
  printf 'header = "Authorization: Bearer %s"\n' "$BELFRY_KEY" |
    curl --silent --show-error --fail-with-body --config - "$@"
}

echo "# make one"
# With an Idempotency-Key the same request may be sent again: it gets the same answer, and there is one reminder.
created=$(call "$BELFRY_URL/v1/reminders" \
  --header "Content-Type: application/json" \
  --header "Idempotency-Key: curl-example-$$-$(date +%s)" \
  --data '{
    "schedule": {"cron": "30 8 * * 1-5", "timeZone": "Europe/Paris"},
    "to": {"channel": "inbox"},
    "message": "Stand-up"
  }') || {
  echo "$created" >&2
  exit 1
}
echo "$created"
id=$(printf '%s' "$created" | sed -n 's/^{"id":"\([^"]*\)".*/\1/p')

echo "# list the active ones"
call "$BELFRY_URL/v1/reminders?state=active&limit=5"

printf '\n# read it\n'
call "$BELFRY_URL/v1/reminders/$id"

printf '\n# cancel it\n'
call --request DELETE "$BELFRY_URL/v1/reminders/$id"
echo
