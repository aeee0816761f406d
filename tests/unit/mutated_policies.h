#pragma once

// Policies with typical mistakes: some seeds and generated ones, with words doubled, dropped,
// moved, joined, misspelt, quoted, commented out and wrapped over lines.

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace ipec::tests {

class MutatedPolicies {
 public:
  explicit MutatedPolicies(std::uint32_t seed) : random_(seed) {}

  static const std::vector<std::string>& Seeds() {
    static const std::vector<std::string> kSeeds = {
        "policy_name=n policy_version=1.2.3\n"
        "DEFAULT action=DENY\n"
        "op=EXECUTE boot_verified=TRUE action=ALLOW\n"
        "op=KMODULE dmverity_roothash=sha256:0123 fsverity_signature=FALSE action=DENY # c\n",

        "policy_name='n m'\n"
        "DEFAULT action=\"DENY\"\n"
        "DEFAULT op=KERNEL_READ action=ALLOW#c\n"
        "op='FIRMWARE' fsverity_digest=\"abcd\" action=DENY # 'c\n",

        "policy_name=n policy_version=1.2\n"
        "DEFAULT op=EXECUT action=DENY\r\n"
        "op=EXECUTE op=FIRMWARE boot_verified=yes action=ALLOW\n"
        "action=DENY op=KMODULE \"dmverity_roothash=sha256:0g\"",
    };
    return kSeeds;
  }

  std::string Next() {
    std::string text = Chance(2) ? Seeds()[Below(Seeds().size())] : Written();
    for (std::size_t changes = Below(4); changes > 0; --changes) Change(text);
    return text.empty() ? "x" : text;
  }

  std::size_t Below(std::size_t limit) { return random_() % limit; }

 private:
  bool Chance(std::size_t one_in) { return Below(one_in) == 0; }

  template <std::size_t kCount>
  std::string Any(const std::string_view (&words)[kCount]) {
    return std::string(words[Below(kCount)]);
  }

  std::string Word() {
    static constexpr std::string_view kWords[] = {"DEFAULT",
                                                  "op=EXECUTE",
                                                  "op=EXECUT",
                                                  "op=KERNEL_READ",
                                                  "op=POLICY",
                                                  "op=IMA_POLICY",
                                                  "op=KMODULE,FIRMWARE",
                                                  "op=",
                                                  "op",
                                                  "EXECUTE",
                                                  "operation=EXECUTE",
                                                  "action=ALLOW",
                                                  "action=DENY",
                                                  "action=deny",
                                                  "action=",
                                                  "ALLOW",
                                                  "boot_verified=TRUE",
                                                  "boot_verified=yes",
                                                  "boot_verified",
                                                  "fsverity_signature=\"TRUE\"",
                                                  "dmverity_roothash=sha256:00ff",
                                                  "dmverity_roothash=00ff",
                                                  "fsverity_digest=sha256:0xab",
                                                  "fsverity_digest='a b'",
                                                  "intended_pathname=/usr/*",
                                                  "op=READ",
                                                  "bpf_signature=@X@",
                                                  "fsverity_digest=@DIGEST@",
                                                  "policy_name=x",
                                                  "policy_version=1.0.0",
                                                  "policy_version=1.0",
                                                  "polici_name=n",
                                                  "@RULES@",
                                                  "{{ x }}",
                                                  "op=$OP",
                                                  "=",
                                                  "\"",
                                                  "'",
                                                  "'op=EXECUTE'",
                                                  "#",
                                                  "# c",
                                                  "\\",
                                                  "//",
                                                  "x=y",
                                                  "a-b",
                                                  "DEFAULTS",
                                                  "DEFAULT=DENY"};
    return Any(kWords);
  }

  std::string Statement() {
    static constexpr std::string_view kWhole[] = {
        "policy_name=n policy_version=1.2.3",
        "policy_name=n",
        "DEFAULT action=DENY",
        "DEFAULT op=EXECUTE action=ALLOW",
        "DEFAULT op=KERNEL_READ action=DENY",
        "op=EXECUTE boot_verified=TRUE action=ALLOW",
        "op=KMODULE action=DENY",
        "op=READ anonymous_memory=TRUE action=DENY",
        "op=FIRMWARE fsverity_digest=sha256:00 action=ALLOW",
        "op=FIRMWARE fsverity_digest=00 action=ALLOW"};
    if (!Chance(3)) return Any(kWhole);
    std::string made;
    for (std::size_t words = 1 + Below(5); words > 0; --words) made += Word() + Separator();
    return made;
  }

  std::string Separator() {
    static constexpr std::string_view kSeparators[] = {
        " ",  " ",        " ",    " ",   " ",  "\t", "",   ",",           "\r",
        "\v", "\xC2\xA0", "\xA0", " = ", "\n", "#",  "; ", "\xEF\xBB\xBF"};
    return Any(kSeparators);
  }

  std::string Written() {
    std::string text = Chance(8) ? "" : "policy_name=n policy_version=1.2.3\n";
    if (!Chance(4)) text += "DEFAULT action=DENY\n";
    for (std::size_t lines = Below(5); lines > 0; --lines) {
      text += Statement() + (Chance(8) ? Separator() : "\n");
    }
    return text;
  }

  void Change(std::string& text) {
    if (text.empty()) return;
    const std::size_t at = Below(text.size());
    switch (Below(7)) {
      case 0:
        text.erase(at, 1 + Below(8));
        break;
      case 1:
        text.insert(at, Word());
        break;
      case 2:
        text.insert(at, Separator());
        break;
      case 3:
        text[at] = static_cast<char>(Below(4) == 0 ? Below(256) : 0x20 + Below(0x5F));
        break;
      case 4:
        text.insert(Below(text.size()), text.substr(at, 1 + Below(30)));
        break;
      case 5: {
        // A line is wrapped.
        const std::size_t blank = text.find(' ', at);
        if (blank != std::string::npos) text[blank] = '\n';
        break;
      }
      default: {
        // A word is dropped.
        const std::size_t blank = text.find(' ', at);
        if (blank == std::string::npos) break;
        text.erase(blank, text.find_first_of(" \n", blank + 1) - blank);
        break;
      }
    }
  }

  std::mt19937 random_;
};

}  // namespace ipec::tests
