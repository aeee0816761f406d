#pragma once

// The semantic tokens last sent for each document, so that the next answer can be a difference.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ipec::lsp {

class TokenStore {
 public:
  // Replaces the stored tokens with `data`, and returns their name.
  std::string Keep(const std::string& uri, std::vector<std::uint32_t> data) {
    const std::lock_guard lock(mutex_);
    Kept& kept = kept_[uri];
    kept.id = std::to_string(++last_);
    kept.data = std::move(data);
    return kept.id;
  }
  // The tokens stored under this name; nothing if they were replaced.
  std::optional<std::vector<std::uint32_t>> Find(const std::string& uri, const std::string& id) {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(uri);
    if (found == kept_.end() || found->second.id != id) return std::nullopt;
    return found->second.data;
  }
  void Forget(const std::string& uri) {
    const std::lock_guard lock(mutex_);
    kept_.erase(uri);
  }

 private:
  struct Kept {
    std::string id;
    std::vector<std::uint32_t> data;
  };
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;
  std::uint64_t last_ = 0;
};

}  // namespace ipec::lsp
