#!/bin/sh
# One branch, and one pull request or merge request, for each change of a drift report.
#
#   propose-changes.sh REPORT.json SUBJECT [SEVERITY...]     breaking and additive ones, unless severities are named
#
# A change has the same id in every run, and the id is in the name of its branch: what was proposed once is not proposed again, merged,
# closed or open. At most 20 a run, or MOST. On GitHub this needs gh with GH_TOKEN. With PUSH_URL, a remote that makes merge requests of
# pushes (GitLab), keep the branches of merge requests that you close. Needs git and jq.
set -eu

report=$1
subject=$2
shift 2
[ $# -gt 0 ] || set -- breaking additive
remote=${PUSH_URL:-origin}
base=$(git rev-parse HEAD)
# A day on which everything changes shall not flood anybody; the next run goes on.
most=${MOST:-20}

# By its id; ends everything when nobody can tell.
was_proposed() {
  if git cat-file -e "$base:upstream-changes/$1.json" 2> /dev/null; then return 0; fi
  code=0
  git ls-remote --exit-code --heads "$remote" "upstream-change/$1" > /dev/null || code=$?
  case $code in
    0) return 0 ;;
    2) ;;
    *) exit "$code" ;;
  esac
  if [ -n "${PUSH_URL:-}" ]; then return 1; fi
  count=$(gh pr list --state all --head "upstream-change/$1" --json number --jq length) || exit 1
  [ "$count" -gt 0 ]
}

propose() {
  file="upstream-changes/$1.json"
  git checkout --quiet -B "upstream-change/$1" "$base"
  mkdir -p upstream-changes
  jq --arg id "$1" '.changes[] | select(.id == $id)' "$report" > "$file"
  # Words of the upstream are in there: nothing but plain letters gets into a title.
  title=$(jq -r --arg subject "$subject" '"\($subject): \(.severity), \(.kind) at \(.path)"' "$file" | tr -cd '\40-\176' | cut -c 1-200)
  git add "$file"
  git commit --quiet -m "$title"
  if [ -n "${PUSH_URL:-}" ]; then
    git push --quiet -o merge_request.create -o merge_request.target="${CI_DEFAULT_BRANCH:-main}" "$remote" "upstream-change/$1"
    return
  fi
  git push --quiet "$remote" "upstream-change/$1"
  { echo '```json'; cat "$file"; echo '```'; } | gh pr create --head "upstream-change/$1" --title "$title" --body-file -
}

severities=$(printf '%s\n' "$@" | jq -R . | jq -s -c .)
ids=$(jq -r --argjson severities "$severities" '.changes[] | select(.severity as $one | $severities | index($one)) | .id' "$report")
proposed=0
for id in $ids; do
  if was_proposed "$id"; then continue; fi
  if [ "$proposed" -ge "$most" ]; then
    echo "more than $most new changes: the next run goes on"
    break
  fi
  propose "$id"
  proposed=$((proposed + 1))
done
git checkout --quiet --detach "$base"
echo "$proposed proposed"
