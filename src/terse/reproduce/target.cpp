#include "terse/reproduce/target.h"

#include <fmt/format.h>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::reproduce {
namespace {

using quantize::Method;

const std::set<Method> compared = {Method::fp,   Method::pr_mq, Method::pr_qq, Method::llt4,
                                   Method::llt9, Method::lsq,   Method::bw_sq};
const std::set<Method> ablated = {Method::sq, Method::bw_mq, Method::bw_qq, Method::bw_sq};
const std::set<unsigned> every_width = {2, 3, 4, 5, 6, 7, 8};

struct NamedNeeds {
  std::string name;
  Needs needs;
};

std::vector<NamedNeeds> all_targets() {
  std::vector<NamedNeeds> targets;
  targets.push_back({"table2", {ablated, every_width}});
  targets.push_back({"table3", {{}, {}, false, false, true}});
  targets.push_back({"table6", {{}, {}, true}});
  targets.push_back({"table7", {{}, {}, false, true}});
  targets.push_back({"table9", {compared, every_width}});
  targets.push_back({"table10", {compared, every_width}});
  targets.push_back({"table11", {ablated, every_width}});
  targets.push_back({"figure3", {{Method::bw_sq}, {3}}});
  targets.push_back({"figure4", {compared, every_width}});
  targets.push_back({"figure5", {}});
  for (unsigned bits = 2; bits <= 8; ++bits) {
    targets.push_back({fmt::format("figure{}", bits + 4), {compared, {bits}}});
  }
  return targets;
}

void add(Needs& needs, const Needs& more) {
  needs.methods.insert(more.methods.begin(), more.methods.end());
  needs.bits.insert(more.bits.begin(), more.bits.end());
  needs.wine_schedules = needs.wine_schedules || more.wine_schedules;
  needs.superconduct_schedules = needs.superconduct_schedules || more.superconduct_schedules;
  needs.device = needs.device || more.device;
}

}  // namespace

std::vector<std::string> target_names() {
  std::vector<std::string> names;
  for (const NamedNeeds& target : all_targets()) names.push_back(target.name);
  names.emplace_back("all");
  return names;
}

Needs needs_of(const std::vector<std::string>& targets) {
  Needs needs;
  for (const std::string& name : targets) {
    bool known = false;
    for (const NamedNeeds& target : all_targets()) {
      if (name != target.name && name != "all") continue;
      add(needs, target.needs);
      known = true;
    }
    if (known) continue;
    throw base::InputError("TARGET", "",
                           text::in_quotes(name) + " is not a table or figure of the publication",
                           fmt::format("choose from {}", fmt::join(target_names(), ", ")));
  }
  return needs;
}

}  // namespace terse::reproduce
