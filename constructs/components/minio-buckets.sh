#!/bin/sh
# Makes the buckets BUCKETS, names with spaces between them, and turns their versioning on, or off with VERSIONING=suspend.
# A name with a slash is a folder of a bucket, for which an empty object is kept.
for bucket in $BUCKETS; do
  mc --quiet mb --ignore-existing "store/$bucket"
  case $bucket in
    */*) ;;
    *) mc --quiet version "${VERSIONING:-enable}" "store/$bucket" ;;
  esac
done
