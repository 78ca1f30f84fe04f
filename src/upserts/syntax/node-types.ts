// Node types of the grammars of all languages, by what they mean here. The grammars agree well enough to be read alike.

export const STRINGS: ReadonlySet<string> = new Set([
  'string',
  'template_string',
  'concatenated_string',
  'chained_string',
  'string_literal',
  'raw_string_literal',
  'interpreted_string_literal',
  'verbatim_string_literal',
  'interpolated_string_expression',
  'heredoc_beginning',
  'encapsed_string',
  'heredoc',
  'nowdoc',
]);

/** Parts of a string that stand for themselves. */
export const STRING_CONTENT: ReadonlySet<string> = new Set([
  'string_fragment',
  'string_content',
  'interpreted_string_literal_content',
  'raw_string_literal_content',
  'string_literal_content',
  'multiline_string_fragment',
  'raw_string_content',
  'heredoc_content',
  'nowdoc_string',
  'nowdoc_body',
  'heredoc_body',
]);

/** Parts of a string that begin or end it. */
export const STRING_EDGES: ReadonlySet<string> = new Set([
  'string_start',
  'string_end',
  'interpolation_start',
  'interpolation_quote',
  'raw_string_start',
  'raw_string_end',
  'heredoc_start',
  'heredoc_end',
  'encoding',
]);

export const CONCATENATIONS: ReadonlySet<string> = new Set(['binary_expression', 'binary_operator', 'binary']);

export const CALLS: ReadonlySet<string> = new Set([
  'call_expression',
  'call',
  'method_invocation',
  'invocation_expression',
  'member_call_expression',
  'nullsafe_member_call_expression',
  'scoped_call_expression',
  'function_call_expression',
  'macro_invocation',
  'object_creation_expression',
  'new_expression',
]);

export const MEMBERS: ReadonlySet<string> = new Set([
  'member_expression',
  'selector_expression',
  'attribute',
  'field_expression',
  'field_access',
  'member_access_expression',
  'nullsafe_member_access_expression',
  'scoped_identifier',
  'scope_resolution',
  'class_constant_access_expression',
  'scoped_property_access_expression',
]);

export const LISTS: ReadonlySet<string> = new Set([
  'array',
  'list',
  'tuple',
  'tuple_expression',
  'set',
  'array_expression',
  'array_initializer',
  'initializer_expression',
  'symbol_array',
  'string_array',
  'collection_expression',
]);

/** Numbers, truth values and what stands for nothing. */
export const LITERALS: ReadonlySet<string> = new Set([
  'true',
  'false',
  'null',
  'nil',
  'none',
  'undefined',
  'boolean',
  'number',
  'integer',
  'float',
  'boolean_literal',
  'null_literal',
  'int_literal',
  'integer_literal',
  'float_literal',
  'real_literal',
  'decimal_integer_literal',
  'decimal_floating_point_literal',
]);

/** Expressions that are their operand for the purpose here. */
export const WRAPPERS: ReadonlySet<string> = new Set([
  'parenthesized_expression',
  'parenthesized_statements',
  'await_expression',
  'await',
  'as_expression',
  'satisfies_expression',
  'non_null_expression',
  'type_cast_expression',
  'reference_expression',
  'try_expression',
  'cast_expression',
  'argument',
  'literal_element',
  'expression_list',
  'array_creation',
  'implicit_array_creation_expression',
  'variable_initializer',
  'postfix_unary_expression',
]);

/** A sign before an operand. */
export const SIGNED: ReadonlySet<string> = new Set([
  'unary_expression',
  'unary_op_expression',
  'prefix_unary_expression',
  'unary_operator',
  'unary',
]);

export const ASSIGNMENTS: ReadonlySet<string> = new Set([
  'variable_declarator',
  'assignment_expression',
  'augmented_assignment_expression',
  'assignment',
  'augmented_assignment',
  'operator_assignment',
  'short_var_declaration',
  'var_spec',
  'const_spec',
  'assignment_statement',
  'const_item',
  'static_item',
  'let_declaration',
  'const_element',
  'property_element',
  'public_field_definition',
  'field_definition',
]);

export const FUNCTIONS: ReadonlySet<string> = new Set([
  'function_declaration',
  'function_definition',
  'method_declaration',
  'method_definition',
  'constructor_declaration',
  'local_function_statement',
  'generator_function_declaration',
  'function_expression',
  'func_literal',
  'arrow_function',
  'lambda',
  'lambda_expression',
  'anonymous_method_expression',
  'anonymous_function',
  'anonymous_function_creation_expression',
  'function_item',
  'closure_expression',
  'method',
  'singleton_method',
]);
