#include "compiler/records/blocks.h"

#include <algorithm>
#include <utility>

#include "compiler/records/reader.h"

namespace ipec::records {
namespace {

// Calls `change` with each text of a record.
template <typename Change>
void ForEachText(Record& record, Change change) {
  const auto change_name = [&](PolicyName& policy) {
    change(policy.name);
    change(policy.version);
    change(policy.digest);
  };
  change(record.node);
  if (auto* const access = std::get_if<Access>(&record.body)) {
    change(access->operation);
    change(access->hook);
    change(access->comm);
    change(access->path);
    change(access->device);
    change(access->rule);
  } else if (auto* const activation = std::get_if<Activation>(&record.body)) {
    if (activation->old_policy) change_name(*activation->old_policy);
    change_name(activation->new_policy);
  } else if (auto* const load = std::get_if<Load>(&record.body)) {
    if (load->policy) change_name(*load->policy);
  } else if (auto* const call = std::get_if<SystemCall>(&record.body)) {
    change(call->executable);
    change(call->comm);
  } else if (auto* const title = std::get_if<ProcessTitle>(&record.body)) {
    change(title->text);
  }
}

}  // namespace

void Block::Reset() {
  text_.clear();
  is_whole_ = true;
  trouble_.reset();
  needs_order_ = false;
  records_.clear();
  kept_.Reset();
  tally_ = {};
}

llvm::StringRef Block::Kept(llvm::StringRef text) {
  if (text.empty()) return {};
  const std::less_equal<const char*> before;
  if (before(text_.data(), text.begin()) && before(text.end(), text_.data() + text_.size())) {
    return text;
  }
  return text.copy(kept_);
}

void Block::Keep(const Record& record) {
  Record& kept = records_.emplace_back(record);
  ForEachText(kept, [this](llvm::StringRef& text) { text = Kept(text); });
}

void Block::Parse() {
  if (!is_whole_) {
    needs_order_ = true;
    return;
  }
  constexpr std::size_t kUsualLine = 256;
  records_.reserve(text_.size() / kUsualLine);
  TextReader reader([this](const Record& record) { Keep(record); });
  reader.Feed(text_);
  needs_order_ = reader.has_entries();
  reader.EndLine();
  tally_ = reader.tally();
}

void BlockCutter::Feed(llvm::StringRef bytes, Blocks& blocks) {
  const auto trouble = content_.Feed(bytes, [&](llvm::StringRef text) { Add(text, blocks); });
  if (trouble) trouble_ = trouble;
}

void BlockCutter::Add(llvm::StringRef text, Blocks& blocks) {
  while (!text.empty()) {
    const std::size_t room = size_ > open_.size() ? size_ - open_.size() : size_;
    const llvm::StringRef piece = text.take_front(room);
    open_.append(piece.begin(), piece.end());
    text = text.drop_front(piece.size());
    if (open_.size() < size_) return;
    const std::size_t end = open_.rfind('\n');
    if (end != std::string::npos) {
      Cut(end + 1, blocks);
    } else if (open_.size() > kLongestLine) {
      Cut(open_.size(), blocks);
    }
  }
}

Block& BlockCutter::MakeBlock(Blocks& blocks) {
  if (spare_.empty()) return *blocks.emplace_back(std::make_unique<Block>());
  blocks.push_back(std::move(spare_.back()));
  spare_.pop_back();
  blocks.back()->Reset();
  return *blocks.back();
}

// The first `size` bytes of the open text become a block.
void BlockCutter::Cut(std::size_t size, Blocks& blocks) {
  Block& block = MakeBlock(blocks);
  block.text_.reserve(size_);
  block.text_.append(open_, size);
  open_.resize(size);
  open_.swap(block.text_);
  const llvm::StringRef text = block.text_;
  block.is_whole_ = !in_line_ && text.endswith("\n");
  in_line_ = !text.endswith("\n");
}

void BlockCutter::Finish(Blocks& blocks) {
  const auto trouble = content_.Finish([&](llvm::StringRef text) { Add(text, blocks); });
  if (trouble) trouble_ = trouble;
  const std::size_t end = open_.rfind('\n');
  if (end != std::string::npos) Cut(end + 1, blocks);
  if (open_.empty() && !trouble_) return;
  // The log may end within a line.
  Block& block = MakeBlock(blocks);
  block.text_ = open_;
  block.is_whole_ = !in_line_;
  block.trouble_ = trouble_;
  open_.clear();
}

void BlockTaker::Take(Block& block) {
  if (block.trouble_) {
    if (!in_order_) in_order_.emplace(take_, tally_);
    in_order_->CountTrouble(*block.trouble_);
  }
  if (block.needs_order_ && !in_order_) in_order_.emplace(take_, tally_);
  if (in_order_) {
    in_order_->Feed(block.text_);
    return;
  }
  for (Record& record : block.records_) {
    record.line += tally_.lines;
    take_(record);
  }
  tally_.Append(block.tally_);
}

void BlockTaker::Finish() {
  if (in_order_) in_order_->Finish();
}

}  // namespace ipec::records
