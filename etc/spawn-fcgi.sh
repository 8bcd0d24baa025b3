#!/bin/sh
# Without systemd: starts the five programs on their sockets. Run it as root from rc.local or an init script.
# spawn-fcgi leaves them without a standard error, so they log to syslog.
set -eu
programs=${HOOKSWITCH_PROGRAMS:-/usr/local/libexec/hookswitch}
sockets=${HOOKSWITCH_SOCKETS:-/run/hookswitch}
user=${HOOKSWITCH_USER:-www-data}
HOOKSWITCH_CONFIG=${HOOKSWITCH_CONFIG:-/etc/hookswitch/hookswitch.ini}
export HOOKSWITCH_CONFIG

mkdir -p "$sockets"
for name in voice sms fax status recording; do
    spawn-fcgi -s "$sockets/$name.sock" -M 0660 -u "$user" -U "$user" -P "$sockets/$name.pid" -- \
        "$programs/$name.fcgi"
done
