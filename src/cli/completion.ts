import { commands, shells, type Command, type Shell } from './commandNames';
import { summaryOf } from './help';
import { optionsOf } from './options';

const others = ['help', 'completion'];

/** The script that has a shell complete commands, options and files. */
export function completionFor(shell: Shell): string {
    return { bash, zsh, powershell }[shell]();
}

function bash(): string {
    const cases = commands.map((command) => `        ${command}) options="${optionList(command)}" ;;`);
    return `# Completion of cnc-checkout for bash: eval "$(cnc-checkout completion bash)"
_cnc_checkout() {
    local word="\${COMP_WORDS[COMP_CWORD]}" options=""
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "${[...commands, ...others].join(' ')}" -- "$word"))
        return
    fi
    case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
        help) options="${commands.join(' ')}" ;;
        completion) options="${shells.join(' ')}" ;;
    esac
    case "$word" in
        -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
        *) case "\${COMP_WORDS[1]}" in help | completion) COMPREPLY=($(compgen -W "$options" -- "$word")) ;; esac ;;
    esac
}
complete -o default -F _cnc_checkout cnc-checkout
`;
}

function zsh(): string {
    const described = commands.map(
        (command) => `        '${command}:${summaryOf(command).replaceAll("'", String.raw`'\''`)}'`,
    );
    const cases = commands.map((command) => `        ${command}) options=(${optionList(command)}) ;;`);
    return `#compdef cnc-checkout
# Completion of cnc-checkout for zsh: eval "$(cnc-checkout completion zsh)"
_cnc_checkout() {
    local -a names options
    names=(
${described.join('\n')}
    )
    if (( CURRENT == 2 )); then
        _describe 'command' names
        return
    fi
    case $words[2] in
${cases.join('\n')}
        help) _describe 'command' names; return ;;
        completion) compadd ${shells.join(' ')}; return ;;
    esac
    if [[ $PREFIX == -* ]]; then compadd -- $options; else _files; fi
}
compdef _cnc_checkout cnc-checkout
`;
}

function powershell(): string {
    const table = commands.map((command) => `        '${command}' = @(${quoted(optionsOf(command))})`);
    return `# Completion of cnc-checkout for PowerShell: cnc-checkout completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName cnc-checkout -ScriptBlock {
    param($word, $line, $position)
    $options = @{
${table.join('\n')}
    }
    $before = @($line.CommandElements | Where-Object { $_.Extent.EndOffset -lt $position } | ForEach-Object { "$_" })
    $known = if ($before.Count -le 1) { $options.Keys + @('help', 'completion') | Sort-Object }
        elseif ($before[1] -eq 'help') { $options.Keys | Sort-Object }
        elseif ($before[1] -eq 'completion') { ${shells.map((name) => `'${name}'`).join(', ')} }
        elseif ($word -like '-*') { $options[$before[1]] }
    $known | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`;
}

function optionList(command: Command): string {
    return optionsOf(command)
        .map((name) => `--${name}`)
        .join(' ');
}

function quoted(names: readonly string[]): string {
    return names.map((name) => `'--${name}'`).join(', ');
}
