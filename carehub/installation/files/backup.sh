#!/bin/sh
# backup.sh FOLDER: both databases into FOLDER, by the owner's addresses in the environment; the last 14 stay.
set -eu
folder=${1:?usage: backup.sh FOLDER}
at=$(date -u +%Y-%m-%dT%H%MZ)
umask 077
for name in carehub carehub_prison; do
    address=$DATABASE_URL_OWNER
    test "$name" = carehub || address=$DATABASE_URL_OWNER_PRISON
    pg_dump --format=custom --file="$folder/$name-$at.part" "$address"
    pg_restore --list "$folder/$name-$at.part" >/dev/null
    mv "$folder/$name-$at.part" "$folder/$name-$at.dump"
    # What a stopped backup left, and all but the newest fourteen.
    find "$folder" -name "$name-*.part" -mtime +1 -delete
    find "$folder" -name "$name-[0-9]*.dump" | sort -r | tail -n +15 | xargs -r rm --
done
echo "$folder/*-$at.dump"
