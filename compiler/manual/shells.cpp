#include "compiler/manual/shells.h"

#include <algorithm>
#include <array>

namespace ipec::manual {
namespace {

// Bash splits words at `=` and `:`, and replaces only the last piece.
constexpr std::string_view kBash = R"ipec(# bash completion for ipec

_ipec() {
  local words=() word piece=${COMP_WORDS[COMP_CWORD]} i
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((i > 1)) && [[ $word == [=:]* || ${COMP_WORDS[i - 1]} == *[=:] ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
  done
  local current=${words[-1]} before
  [[ $piece == [=:] ]] && piece=
  before=${current%"$piece"}

  local line kind path_before patterns pattern file matches=() files=()
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*)
        IFS=$'\t' read -r kind path_before patterns <<<"$line"
        # An empty field between two tabs is read as none.
        if [[ $line == *$'\t\t'* ]]; then patterns=$path_before path_before=; fi
        local value=${current#"$path_before"}
        while IFS= read -r file; do
          if [[ -d $file ]]; then
            files+=("$file/") matches+=("$file/")
          elif [[ $kind == :files ]]; then
            files+=("$file")
            set -f
            for pattern in $patterns; do
              if [[ $file == $pattern ]]; then matches+=("$file"); break; fi
            done
            set +f
          fi
        done < <(compgen -f -- "$value")
        ((${#matches[@]} == 0)) && matches=("${files[@]}")
        for file in "${matches[@]}"; do
          [[ $file == */ ]] && compopt -o nospace
          file=$path_before$file
          printf -v file %q "${file#"$before"}"
          COMPREPLY+=("$file")
        done
        ;;
      *)
        line=${line%%$'\t'*}
        [[ $line == *= ]] && compopt -o nospace
        COMPREPLY+=("${line#"$before"}")
        ;;
    esac
  done < <("${COMP_WORDS[0]}" completion words -- "${words[@]}" 2>/dev/null)
}
complete -F _ipec ipec
)ipec";

constexpr std::string_view kZsh = R"ipec(#compdef ipec
# zsh completion for ipec

_ipec() {
  local line tab=$'\t' word
  local -a lines parts plain plain_help open open_help
  line=$("${words[1]}" completion words -- "${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)
  lines=("${(@f)line}")
  for line in $lines; do
    case $line in
      :*)
        parts=("${(@ps:\t:)line}")
        (( $#parts[2] )) && compset -P "${(b)parts[2]}"
        if [[ $parts[1] == :directories ]]; then
          _files -/
        elif [[ -n $parts[3] ]]; then
          _files -g "$parts[3]"
        else
          _files
        fi
        ;;
      *)
        word=${line%%$tab*}
        if [[ $word == *= ]]; then
          open+=("$word") open_help+=("$word  ${${line#$word}#$tab}")
        else
          plain+=("$word") plain_help+=("$word  ${${line#$word}#$tab}")
        fi
        ;;
    esac
  done
  (( $#plain )) && compadd -l -d plain_help -a plain
  (( $#open )) && compadd -l -S '' -d open_help -a open
  return 0
}
if [[ $funcstack[1] == _ipec ]]; then _ipec "$@"; else compdef _ipec ipec; fi
)ipec";

constexpr std::string_view kFish = R"ipec(# fish completion for ipec

function __ipec_complete
    set -l tokens (commandline -opc)
    set -l current (commandline -ct)
    for line in ($tokens[1] completion words -- $tokens[2..] "$current" 2>/dev/null)
        if not string match -q -- ':*' $line
            echo $line
            continue
        end
        set -l parts (string split \t -- $line)
        set -l value (string sub -s (math 1 + (string length -- "$parts[2]")) -- "$current")
        set -l files
        set -l matches
        for file in (complete -C "__ipec_no_command $value" | string replace -r '\t.*' '')
            if string match -q -- '*/' $file
                set -a files $file
                set -a matches $file
            else if test $parts[1] = :files
                set -a files $file
                for pattern in (string split -n ' ' -- "$parts[3]")
                    if string match -q -- $pattern $file
                        set -a matches $file
                        break
                    end
                end
            end
        end
        test (count $matches) -eq 0; and set matches $files
        for file in $matches
            echo $parts[2]$file
        end
    end
end
complete -c ipec -f -a '(__ipec_complete)'
)ipec";

constexpr std::array kShells = {
    Shell{"bash", kBash, ".local/share/bash-completion/completions/ipec"},
    Shell{"zsh", kZsh, ".zfunc/_ipec"},
    Shell{"fish", kFish, ".config/fish/completions/ipec.fish"},
};

}  // namespace

std::span<const Shell> Shells() {
  return kShells;
}

const Shell* FindShell(std::string_view name) {
  const auto* const found = std::find_if(kShells.begin(), kShells.end(),
                                         [&](const Shell& shell) { return shell.name == name; });
  return found == kShells.end() ? nullptr : found;
}

}  // namespace ipec::manual
