#include "terse/boosted/extra_trees.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "terse/base/error.h"
#include "terse/base/random.h"

namespace terse::boosted {
namespace {

using model::decoder::TreeNode;
using model::decoder::Trees;

constexpr std::uint64_t tree_stream = 1ULL << 33;

/// Rows with the same codes are one: no split tells them apart.
struct Groups {
  std::size_t count = 0;
  std::size_t outputs = 1;
  std::vector<std::vector<std::uint8_t>> codes;  ///< per feature, of each group
  std::vector<double> weights;                   ///< of each group
  std::vector<double> sums;                      ///< count x outputs: weight times target
};

Groups groups_of(const Examples& examples, std::size_t classes) {
  const base::ConstMatrixView inputs = examples.inputs;
  Groups groups;
  groups.outputs = std::max<std::size_t>(1, classes);
  groups.codes.resize(inputs.columns);
  std::map<std::string, std::size_t> known;
  std::string key(inputs.columns, '\0');
  for (std::size_t row = 0; row < inputs.rows; ++row) {
    const double weight =
        examples.weights.empty() ? 1.0 : static_cast<double>(examples.weights[row]);
    if (!(weight > 0.0)) continue;
    for (std::size_t f = 0; f < inputs.columns; ++f) {
      key[f] = static_cast<char>(static_cast<std::uint8_t>(inputs(row, f)));
    }
    const auto [place, fresh] = known.try_emplace(key, groups.count);
    if (fresh) {
      ++groups.count;
      for (std::size_t f = 0; f < key.size(); ++f) {
        groups.codes[f].push_back(static_cast<std::uint8_t>(key[f]));
      }
      groups.weights.push_back(0.0);
      groups.sums.resize(groups.count * groups.outputs, 0.0);
    }
    groups.weights[place->second] += weight;
    const std::size_t own = place->second * groups.outputs;
    const float target = examples.targets[row];
    if (classes == 0) {
      groups.sums[own] += weight * static_cast<double>(target);
    } else {
      groups.sums[own + static_cast<std::size_t>(target)] += weight;
    }
  }
  return groups;
}

/// Weight and sums of some groups.
struct Total {
  double weight = 0.0;
  std::vector<double> sums;

  void clear(std::size_t outputs) {
    weight = 0.0;
    sums.assign(outputs, 0.0);
  }
  void add(const Groups& groups, std::uint32_t group) {
    weight += groups.weights[group];
    for (std::size_t k = 0; k < sums.size(); ++k) {
      sums[k] += groups.sums[group * groups.outputs + k];
    }
  }
  /// How much of the squared error their mean explains.
  double explained() const {
    double squares = 0.0;
    for (const double sum : sums) squares += sum * sum;
    return squares / weight;
  }
};

struct Split {
  std::uint32_t feature = 0;
  std::uint8_t last_left = 0;  ///< the largest code that goes left
};

/// One tree, with what every leaf says in all outputs.
class Tree {
 public:
  Tree(const Groups& groups, const ExtraTreesOptions& options, std::size_t number)
      : groups_(groups), options_(options), random_(options.seed, tree_stream + number) {
    order_.resize(groups.count);
    for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = static_cast<std::uint32_t>(i);
    features_.resize(groups.codes.size());
    for (std::size_t f = 0; f < features_.size(); ++f) features_[f] = static_cast<std::uint32_t>(f);
    tries_ = std::max<std::size_t>(
        1, static_cast<std::size_t>(options.feature_share * static_cast<double>(features_.size())));
  }

  void grow() {
    nodes.push_back({});
    says.resize(groups_.outputs);
    std::vector<Part> open = {{0, 0, groups_.count}};
    while (!open.empty()) {
      const Part part = open.back();
      open.pop_back();
      total_.clear(groups_.outputs);
      for (std::size_t i = part.begin; i < part.end; ++i) total_.add(groups_, order_[i]);
      Split split;
      if (pure(part) || !best_split(part, split)) {
        say(part.node);
        continue;
      }
      const auto middle = std::partition(place(part.begin), place(part.end), [&](std::uint32_t g) {
        return groups_.codes[split.feature][g] <= split.last_left;
      });
      const auto left = static_cast<std::uint32_t>(nodes.size());
      nodes[part.node] = {split.feature, static_cast<float>(split.last_left) + 0.5F, left};
      nodes.resize(nodes.size() + 2);
      says.resize(nodes.size() * groups_.outputs);
      const auto at = static_cast<std::size_t>(middle - order_.begin());
      open.push_back({left + 1, at, part.end});
      open.push_back({left, part.begin, at});
    }
  }

  std::vector<TreeNode> nodes;  ///< values of leaves are still 0
  std::vector<double> says;     ///< nodes x outputs

 private:
  struct Part {
    std::uint32_t node;
    std::size_t begin;
    std::size_t end;
  };
  std::vector<std::uint32_t>::iterator place(std::size_t index) {
    return order_.begin() + static_cast<std::ptrdiff_t>(index);
  }

  // Whether all groups say the same.
  bool pure(const Part& part) const {
    const std::uint32_t first = order_[part.begin];
    for (std::size_t i = part.begin + 1; i < part.end; ++i) {
      for (std::size_t k = 0; k < groups_.outputs; ++k) {
        const std::size_t own = order_[i] * groups_.outputs + k;
        const std::size_t other = first * groups_.outputs + k;
        if (groups_.sums[own] * groups_.weights[first] !=
            groups_.sums[other] * groups_.weights[order_[i]]) {
          return false;
        }
      }
    }
    return true;
  }

  // Draws features until enough of them vary, or none is left.
  bool best_split(const Part& part, Split& split) {
    double best = -1.0;
    std::size_t tried = 0;
    for (std::size_t drawn = 0; drawn < features_.size() && tried < tries_; ++drawn) {
      const std::size_t pick = drawn + random_.below(features_.size() - drawn);
      std::swap(features_[drawn], features_[pick]);
      const std::uint32_t feature = features_[drawn];
      const std::vector<std::uint8_t>& codes = groups_.codes[feature];
      std::uint8_t low = 255;
      std::uint8_t high = 0;
      for (std::size_t i = part.begin; i < part.end; ++i) {
        low = std::min(low, codes[order_[i]]);
        high = std::max(high, codes[order_[i]]);
      }
      if (low >= high) continue;
      ++tried;
      const auto last_left = static_cast<std::uint8_t>(low + random_.below(high - low));
      left_.clear(groups_.outputs);
      for (std::size_t i = part.begin; i < part.end; ++i) {
        if (codes[order_[i]] <= last_left) left_.add(groups_, order_[i]);
      }
      right_.weight = total_.weight - left_.weight;
      right_.sums.resize(groups_.outputs);
      for (std::size_t k = 0; k < groups_.outputs; ++k) {
        right_.sums[k] = total_.sums[k] - left_.sums[k];
      }
      const double explained = left_.explained() + right_.explained();
      if (explained <= best) continue;
      best = explained;
      split = {feature, last_left};
    }
    return best >= 0.0;
  }

  void say(std::uint32_t node) {
    for (std::size_t k = 0; k < groups_.outputs; ++k) {
      double value = total_.sums[k] / total_.weight;
      if (options_.leaf == Leaf::logarithm) {
        value = std::log((total_.sums[k] + 0.5) / (total_.weight + 0.5));
      }
      says[node * groups_.outputs + k] = value;
    }
    if (options_.classes == 2) {
      says[node * 2 + 1] -= says[node * 2];
      says[node * 2] = 0.0;
    }
  }

  const Groups& groups_;
  const ExtraTreesOptions& options_;
  base::Random random_;
  std::vector<std::uint32_t> order_;     ///< groups; those of a node are side by side
  std::vector<std::uint32_t> features_;  ///< drawn ones first
  std::size_t tries_ = 1;
  Total total_;
  Total left_;
  Total right_;
};

// What the tree says in one output, times `share`; branches that say the same everywhere become
// leaves. Numbers the nodes again, children side by side behind their parent.
void append_output(const Tree& tree, std::size_t output, std::size_t outputs, double share,
                   Trees& result) {
  std::vector<float> values(tree.nodes.size());
  std::vector<bool> same(tree.nodes.size(), true);
  for (std::size_t n = tree.nodes.size(); n-- > 0;) {
    const std::uint32_t left = tree.nodes[n].left;
    if (left == 0) {
      values[n] = static_cast<float>(share * tree.says[n * outputs + output]);
    } else {
      same[n] = same[left] && same[left + 1] && values[left] == values[left + 1];
      values[n] = values[left];
    }
  }
  const std::size_t root = result.nodes.size();
  result.roots.push_back(static_cast<std::uint32_t>(root));
  std::vector<std::uint32_t> order{0};
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::uint32_t from = order[i];
    if (same[from]) {
      result.nodes.push_back({0, values[from], 0});
      continue;
    }
    const TreeNode& node = tree.nodes[from];
    result.nodes.push_back(
        {node.feature, node.value, static_cast<std::uint32_t>(root + order.size())});
    order.push_back(node.left);
    order.push_back(node.left + 1);
  }
}

// The trees `first`, first + step, ... each as a forest of one, so that threads share nothing.
void grow_some(const Groups& groups, const ExtraTreesOptions& options, std::size_t first,
               std::size_t step, std::vector<Trees>& grown) {
  const double share = 1.0 / static_cast<double>(options.trees);
  for (std::size_t number = first; number < options.trees; number += step) {
    if (first == 0 && options.on_tree) options.on_tree(static_cast<unsigned>(number));
    Tree tree(groups, options, number);
    tree.grow();
    for (std::size_t output = 0; output < groups.outputs; ++output) {
      append_output(tree, output, groups.outputs, share, grown[number]);
    }
  }
}

}  // namespace

Trees extra_trees(const Examples& training, const ExtraTreesOptions& options) {
  const Groups groups = groups_of(training, options.classes);
  Trees result;
  result.output_count = groups.outputs;
  if (groups.count == 0) {
    throw base::JobError("extra trees cannot be grown: every row has weight 0");
  }
  std::vector<Trees> grown(options.trees);
  const std::size_t threads = std::clamp<std::size_t>(options.threads, 1, options.trees);
  std::vector<std::exception_ptr> problems(threads);
  const auto work = [&](std::size_t thread) {
    try {
      grow_some(groups, options, thread, threads, grown);
    } catch (...) {
      problems[thread] = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  for (std::size_t thread = 1; thread < threads; ++thread) others.emplace_back(work, thread);
  work(0);
  for (std::thread& other : others) other.join();
  for (const std::exception_ptr& problem : problems) {
    if (problem) std::rethrow_exception(problem);
  }
  for (const Trees& tree : grown) append_trees(result, tree, 1.0F);
  return result;
}

Trees first_of_mean(const Trees& grown, std::size_t of, std::size_t trees) {
  TERSE_CHECK(trees >= 1 && trees <= of && grown.roots.size() == of * grown.outputs());
  Trees first;
  first.output_count = grown.output_count;
  first.roots.assign(grown.roots.begin(),
                     grown.roots.begin() + static_cast<std::ptrdiff_t>(trees * grown.outputs()));
  const std::size_t end = trees == of ? grown.nodes.size() : grown.roots[trees * grown.outputs()];
  first.nodes.assign(grown.nodes.begin(), grown.nodes.begin() + static_cast<std::ptrdiff_t>(end));
  const float larger = static_cast<float>(of) / static_cast<float>(trees);
  for (TreeNode& node : first.nodes) {
    if (node.left == 0) node.value *= larger;
  }
  return first;
}

void append_trees(Trees& trees, const Trees& more, float weight) {
  const auto shift = static_cast<std::uint32_t>(trees.nodes.size());
  for (const std::uint32_t root : more.roots) trees.roots.push_back(root + shift);
  for (TreeNode node : more.nodes) {
    if (node.left == 0) {
      node.value *= weight;
    } else {
      node.left += shift;
    }
    trees.nodes.push_back(node);
  }
}

}  // namespace terse::boosted
