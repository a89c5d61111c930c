# A quick shell job: it notes its start and its end as work.py does, each by one write.
note() {
    read -r at _ < /proc/uptime
    printf '{"event": "%s", "kind": "quick", "run": %d, "attempt": %d, "pid": %d, "at": %s, "exit": 0}\n' \
        "$1" "$JOBCTL_RUN_ID" "$JOBCTL_ATTEMPT" $$ "$at" >> journal
}
note start
note end
