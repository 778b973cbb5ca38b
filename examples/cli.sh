#!/bin/sh
# A taste of the command line. With `npm start` in one terminal, in another:
#
#   sh examples/cli.sh
#
# It finds the local server and its key by itself; for another one set BELFRY_URL and BELFRY_KEY.
set -eu

# What `npm run -s belfry --` calls, without npm's own lines.
belfry() { node "$(dirname "$0")/../packages/belfry/bin/belfry.js" "$@"; }
# The id stands on a line of its own in what --json prints.
id_of() { sed -n 's/^  "id": "\(.*\)",$/\1/p'; }

echo "# when would it ring?"
belfry preview --rrule "FREQ=MONTHLY;BYDAY=-1FR" --start "2027-01-01 17:00" --zone Europe/Paris -n 3

echo "# ring in a second, into the inbox"
stretch=$(belfry add "Stretch" --in 1s --json | id_of)

echo "# ring on every working day"
standup=$(belfry add "Stand-up" --cron "30 9 * * 1-5" --zone Europe/Paris --json | id_of)
belfry list --state active

sleep 3
echo "# what became of the first one"
belfry show "$stretch"

echo "# no more of the other"
belfry cancel "$standup"
