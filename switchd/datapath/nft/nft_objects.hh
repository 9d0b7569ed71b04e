// libnftnl's objects with owners.
#pragma once

#include <memory>
#include <new>

#include <libnftnl/chain.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>

namespace flowbed::sw {

template <auto free_object>
struct FreeNft {
  void operator()(auto* object) const { free_object(object); }
};
template <class Object, auto free_object>
using NftObject = std::unique_ptr<Object, FreeNft<free_object>>;

using NftTableObject = NftObject<nftnl_table, nftnl_table_free>;
using NftChainObject = NftObject<nftnl_chain, nftnl_chain_free>;
using NftRuleObject = NftObject<nftnl_rule, nftnl_rule_free>;
using NftSetObject = NftObject<nftnl_set, nftnl_set_free>;

template <class Object>
Object checked(Object object) {
  if (!object) throw std::bad_alloc();
  return object;
}

// To be given to a rule or a set.
inline nftnl_expr* new_expression(const char* kind) {
  nftnl_expr* expression = nftnl_expr_alloc(kind);
  if (!expression) throw std::bad_alloc();
  return expression;
}

}  // namespace flowbed::sw
