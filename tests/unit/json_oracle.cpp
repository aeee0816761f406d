#include "tests/unit/json_oracle.h"

#include "llvm/Support/JSON.h"

namespace ipec::tests {
namespace {

llvm::StringRef Ref(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

llvm::Expected<JsonObject> JsonObject::Parse(std::string_view text) {
  llvm::Expected<llvm::json::Value> json = llvm::json::parse(Ref(text));
  if (!json) return json.takeError();
  const auto value = std::make_shared<const llvm::json::Value>(std::move(*json));
  JsonObject made;
  made.object_ = value->getAsObject();
  made.owner_ = value;
  if (made.object_ == nullptr) {
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "not an object");
  }
  return made;
}

std::optional<std::string> JsonObject::String(std::string_view key) const {
  const auto value = object_->getString(Ref(key));
  if (!value) return std::nullopt;
  return value->str();
}

std::optional<bool> JsonObject::Boolean(std::string_view key) const {
  const auto value = object_->getBoolean(Ref(key));
  if (!value) return std::nullopt;
  return *value;
}

std::optional<std::int64_t> JsonObject::Integer(std::string_view key) const {
  const auto value = object_->getInteger(Ref(key));
  if (!value) return std::nullopt;
  return *value;
}

std::optional<JsonObject> JsonObject::Object(std::string_view key) const {
  const llvm::json::Object* inner = object_->getObject(Ref(key));
  if (inner == nullptr) return std::nullopt;
  JsonObject made;
  made.object_ = inner;
  made.owner_ = owner_;
  return made;
}

std::optional<std::string> CanonicalJson(std::string_view text) {
  llvm::Expected<llvm::json::Value> json = llvm::json::parse(Ref(text));
  if (!json) {
    llvm::consumeError(json.takeError());
    return std::nullopt;
  }
  std::string made;
  llvm::raw_string_ostream out(made);
  out << *json;
  return out.str();
}

bool JsonObject::Has(std::string_view key) const {
  return object_->get(Ref(key)) != nullptr;
}

}  // namespace ipec::tests
