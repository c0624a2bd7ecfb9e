/** What `--help` prints. */
export const helpText = `Check-out and check-in for a shared folder of CAM files: one holder per file.

Usage:
    cnc-checkout list      [--json] [--output FILE]
    cnc-checkout check-out FILE... [--message TEXT] [--no-revision | --revisions-up-to MB]
                           [--wait | --fetch | --as-it-is] [--json]
    cnc-checkout check-in  FILE... [--message TEXT] [--keep] [--no-revision | --revisions-up-to MB]
                           [--from-other-computer] [--json]
    cnc-checkout take-over FILE... --message TEXT [--json]
    cnc-checkout rename    FROM TO [--from-other-computer] [--json]
    cnc-checkout undo      FILE... [--from-other-computer] [--json]
    cnc-checkout history   [FILE] [--limit NUMBER] [--json | --csv] [--output FILE]
    cnc-checkout watch     [FILE] [--since TIME] [--limit NUMBER] [--json]

    cnc-checkout revisions FILE [--json]
    cnc-checkout show      FILE@N [--output FILE]
    cnc-checkout compare   FILE[@N] FILE[@N] [--json]
    cnc-checkout restore   FILE@N --message TEXT [--json]
    cnc-checkout label     FILE@N TEXT
    cnc-checkout verify    [--json]
    cnc-checkout tidy      [--dry-run] [--parts RULE] [--programs RULE] [--json]

    cnc-checkout server    schema | check | import | export [--lock-server ADDRESS] [--json]

FILE is a path inside the repository (4801247.mcam, job12/op1.vnc) or a path on disk; FILE@3 is its revision 3.
FROM and TO are such paths, too, of a file or of a folder, whose check-outs go along.

Options:
    --root DIR         the folder that contains repo/ and locks.json, or one in the repository (default: the current folder)
    --repository DIR   the folder of CAM files (default: the one that the root lies in, repo in the root, or the root)
    --locks FILE       the file in which check-outs are recorded (default: locks.json in the repository or above it)
    --user NAME        the name under which you check files out (default: your account on this computer)
    --lock-server ADDRESS
                       the lock server on which check-outs are recorded: postgresql://NAME@HOST,HOST/DATABASE?repository=NAME
                       (the password: PGPASSWORD or PGPASSFILE; who issued its certificate: PGSSLROOTCERT;
                       a certificate in place of a password: PGSSLCERT and PGSSLKEY)
    --timeout SECONDS  how long to wait while another computer changes the locks file (default: 15, at most 600)
    --message TEXT     why you check out, take over or restore, or what you changed (visible to everyone)
    --keep             check in, but keep the files checked out
    --no-revision      do not keep the content as a revision
    --revisions-up-to MB
                       do not keep the content of larger files as a revision (default: no limit)
    --wait             with a lock server: wait until the newest content of the files has arrived at this site
    --fetch            ... or take it from the lock server
    --as-it-is         ... or check out what is here
    --from-other-computer
                       check in, undo, restore or rename what you checked out on another computer
    --limit NUMBER     print at most this many history entries, newest first; at watch: end after so many
    --since TIME       begin with what was done at this time (2026-11-30T06:00:00+01:00) instead of now
    --dry-run          only say which revisions would be removed
    --parts RULE       which old revisions of parts stay (default: 10,365d: the 10 newest of each file, and those of a year;
                       10,365d,50GB: also the newest of the rest, up to 50 GB of contents; all)
    --programs RULE    the same of all other files (default: all)
    --json             print JSON
    --csv              print CSV, for a spreadsheet
    --separator SIGN   what stands between two cells of CSV: "," (the default), ";" or tab
    --output FILE      write the list or the history to a new file instead of printing it
    --overwrite        replace that file if it exists
    --help, --version

Exit code:
    0  success
    1  at least one file was refused, and the others were done; compare: different; verify: something is damaged
    2  could not run: usage error, no repository, or the locks file or lock server is damaged, unreachable or busy
`;
