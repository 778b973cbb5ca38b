# Stays beside a PostgreSQL under test: when the test's process is gone, even by SIGKILL, the pipe from it
# closes, and neither the server nor its folder is left on the machine.
#
# $1: the folder. Each line of standard input is the pid of what runs on it now, or empty if nothing does.
trap '' HUP INT TERM
pid=
while read -r line; do pid=$line; done

if [ -n "$pid" ]; then
  # A test may have stopped it; what does not hear the first signal must hear the last.
  kill -QUIT "$pid" && kill -CONT "$pid"
  tries=0
  while [ -e "$1/data/postmaster.pid" ] && [ "$tries" -lt 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  [ ! -e "$1/data/postmaster.pid" ] || kill -KILL "$pid"
fi 2>/dev/null

# What was about to write when it was killed may do so once more.
tries=0
until rm -rf "$1" 2>/dev/null && [ ! -e "$1" ]; do
  [ "$tries" -lt 20 ] || exit 1
  sleep 0.1
  tries=$((tries + 1))
done
