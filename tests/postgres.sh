#!/bin/sh
# A private PostgreSQL server for the tests, on a socket in FOLDER.
#   postgres.sh start FOLDER [NAME=VALUE ...]   create and start it, print the address; settings go to postgresql.conf
#   postgres.sh again FOLDER                    start an existing one
#   postgres.sh stop FOLDER [MODE]              fast, or immediate (as after a power failure)
#   postgres.sh copy FOLDER STANDBY             create and start a standby
#   postgres.sh promote FOLDER                  promote a standby
# FOLDER/port contains the port. The server listens on listen_addresses (none by default).
set -eu

# The server refuses to run as root.
as_user() {
    if [ "$(id -u)" != 0 ]; then
        "$@"
    elif id postgres >/dev/null 2>&1; then
        setpriv --reuid postgres --regid postgres --clear-groups -- "$@"
    else
        setpriv --reuid nobody --regid nogroup --clear-groups -- "$@"
    fi
}

tools=
for candidate in /usr/lib/postgresql/*/bin /usr/local/pgsql/bin /usr/pgsql-*/bin; do
    [ -x "$candidate/initdb" ] && tools=$candidate
done
if [ -z "$tools" ]; then
    initdb=$(command -v initdb) || { echo "postgres.sh: PostgreSQL's server is not installed" >&2; exit 77; }
    tools=$(dirname "$initdb")
fi

verb=$1 folder=$2
shift 2
cd /

make_folder() {
    mkdir -p "$1"
    [ "$(id -u)" != 0 ] || chown "$(as_user id -u)" "$1"
    chmod 755 "$1"
}

launch() {
    as_user "$tools/pg_ctl" -D "$1/data" -l "$1/log" -w -t 60 start >/dev/null || { cat "$1/log" >&2; exit 1; }
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null ||
        echo $((20000 + $$ % 20000))
}

case $verb in
start)
    make_folder "$folder"
    as_user "$tools/initdb" -D "$folder/data" -U hookswitch -A trust -E UTF8 --locale=C --no-sync >/dev/null
    port=$(free_port)
    echo "$port" >"$folder/port"
    {
        echo "listen_addresses = ''"
        echo "unix_socket_directories = '$folder'"
        echo "port = $port"
        echo "max_connections = 60"
        echo "shared_buffers = 64MB"
        for setting in "$@"; do
            echo "${setting%%=*} = ${setting#*=}"
        done
    } >>"$folder/data/postgresql.conf"
    printf 'host all all 127.0.0.0/8 trust\nhost all all 10.0.0.0/8 trust\nhost replication all 127.0.0.0/8 trust\n' \
        >>"$folder/data/pg_hba.conf"
    launch "$folder"
    echo "postgresql://hookswitch@/postgres?host=$folder&port=$port"
    ;;
again)
    launch "$folder"
    ;;
stop)
    as_user "$tools/pg_ctl" -D "$folder/data" -m "${1:-fast}" -w -t 60 stop >/dev/null
    ;;
copy)
    standby=$1
    make_folder "$standby"
    port=$(free_port)
    echo "$port" >"$standby/port"
    as_user "$tools/pg_basebackup" -D "$standby/data" -h "$folder" -p "$(cat "$folder/port")" -U hookswitch -R \
        -C -S "standby_$port" -c fast --no-sync -d "application_name=standby"
    {
        echo "port = $port"
        echo "unix_socket_directories = '$standby'"
        echo "synchronous_standby_names = ''"
    } >>"$standby/data/postgresql.auto.conf"
    launch "$standby"
    ;;
promote)
    as_user "$tools/pg_ctl" -D "$folder/data" -w -t 60 promote >/dev/null
    ;;
esac
