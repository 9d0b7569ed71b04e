// Whether nftables can forward at a device's ingress, which is what a flow cache in the kernel needs there.
#pragma once

namespace flowbed {

// Makes, in the calling thread's network namespace, a table with a chain at the ingress of "lo" and a rule
// that forwards to a device. Throws Error. To be called in a namespace that ends afterwards.
void make_nft_ingress_chain();

}  // namespace flowbed
