#pragma once

#include <string>

#include "core/base/error.hh"

namespace flowbed::sw {

// What an Error out of `read` says.
template <class Read>
std::string fault_of(Read read) {
  try {
    read();
  } catch (const Error& error) {
    return error.what();
  }
  return "no fault";
}

}  // namespace flowbed::sw
