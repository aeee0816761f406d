#include "compiler/sign/trust.h"

#include <algorithm>
#include <string>
#include <vector>

namespace ipec::sign {
namespace {

using support::Errno;

class TrustSearch {
 public:
  TrustSearch(const MessageDetails& message, std::span<const Certificate> keyring)
      : message_(message),
        keyring_(keyring),
        states_(message.certificates.size()),
        links_(message.certificates.size()) {
    for (const Signer& signer : message_.signers) LinkChain(signer);
  }

  // The strongest answer of all signers.
  Trust Find() {
    Trust best{Errno::kENOKEY, std::nullopt};
    for (const Signer& signer : message_.signers) {
      const Trust one = TrustOf(signer);
      if (one.error && one.error != Errno::kENOKEY) return one;
      if (!one.error && one.key) best = one;
    }
    return best;
  }

 private:
  struct State {
    bool seen = false;
    bool verified = false;
  };

  // Links each certificate to that of its issuer, signer by signer. A link that would close a
  // circle is left out, unless an earlier signer had it.
  void LinkChain(const Signer& signer) {
    std::vector<bool> seen(links_.size());
    std::optional<std::size_t> at = CertificateOf(signer);
    while (at) {
      seen[*at] = true;
      const Certificate& certificate = message_.certificates[*at];
      if (certificate.is_self_signed) {
        links_[*at] = at;
        return;
      }
      const std::optional<std::size_t> issuer = FindIssuer(certificate);
      if (!issuer || seen[*issuer]) return;
      links_[*at] = issuer;
      at = issuer;
    }
  }

  std::optional<std::size_t> CertificateOf(const Signer& signer) const {
    return Find([&](const Certificate& each) { return each.id == signer.certificate_id; });
  }

  template <typename Matches>
  std::optional<std::size_t> Find(Matches matches) const {
    const auto& all = message_.certificates;
    const auto found = std::find_if(all.begin(), all.end(), matches);
    if (found == all.end()) return std::nullopt;
    return support::ToSize(found - all.begin());
  }

  std::optional<std::size_t> FindIssuer(const Certificate& of) const {
    if (of.authority_id) {
      return Find([&](const Certificate& each) { return each.id == of.authority_id; });
    }
    if (!of.authority_key_id) return std::nullopt;
    return Find([&](const Certificate& each) { return each.key_id == of.authority_key_id; });
  }

  Trust TrustOf(const Signer& signer) {
    MadeSignature signature = SignatureOf(signer, message_.content);
    std::vector<std::size_t> chain;  // up to the one that is looked at
    const Certificate* last = nullptr;
    for (auto at = CertificateOf(signer); at; at = links_[*at]) {
      State& state = states_[*at];
      if (state.seen && !state.verified) return {Errno::kENOKEY, std::nullopt};
      chain.push_back(*at);
      if (state.seen) return Verified(chain, std::nullopt);
      state.seen = true;
      const Certificate& certificate = message_.certificates[*at];
      const Trust found = FindKey(certificate.id, certificate.key_id);
      if (!found.error) return Verify(*found.key, signature, chain);
      if (links_[*at] == at) return {Errno::kENOKEY, std::nullopt};
      last = &certificate;
      signature = certificate.signature;
    }
    if (last != nullptr && (last->authority_id || last->authority_key_id)) {
      const Trust found = FindKey(last->authority_id, last->authority_key_id);
      if (!found.error) return Verify(*found.key, signature, chain);
      if (found.error != Errno::kENOKEY) return found;
    }
    const Trust found = FindKey(signer.certificate_id, std::nullopt);
    return found.error ? found : Verify(*found.key, SignatureOf(signer, message_.content), {});
  }

  // A key by its certificate's id or, where that is not given, by its own id. The other one must
  // not differ.
  Trust FindKey(const std::optional<std::string>& id,
                const std::optional<std::string>& key_id) const {
    const std::optional<std::string>& sought = id ? id : key_id;
    const auto found = std::find_if(keyring_.begin(), keyring_.end(), [&](const Certificate& each) {
      return each.id == sought || (each.key_id && each.key_id == sought);
    });
    if (found == keyring_.end()) return {Errno::kENOKEY, std::nullopt};
    const std::size_t index = support::ToSize(found - keyring_.begin());
    if (id && key_id && found->key_id != key_id) return {Errno::kEKEYREJECTED, index};
    return {std::nullopt, index};
  }

  // The certificates of the chain are trusted if the key made the signature.
  Trust Verify(std::size_t key, const MadeSignature& signature,
               const std::vector<std::size_t>& chain) {
    if (FindFault(keyring_[key].key, signature, "")) return {Errno::kEKEYREJECTED, key};
    return Verified(chain, key);
  }

  Trust Verified(const std::vector<std::size_t>& chain, std::optional<std::size_t> key) {
    for (const std::size_t one : chain) states_[one].verified = true;
    return {std::nullopt, key};
  }

  const MessageDetails& message_;
  std::span<const Certificate> keyring_;
  // Of the certificates of the message.
  std::vector<State> states_;
  std::vector<std::optional<std::size_t>> links_;
};

}  // namespace

Trust FindTrust(const MessageDetails& message, std::span<const Certificate> keyring) {
  return TrustSearch(message, keyring).Find();
}

}  // namespace ipec::sign
